// The script of pages for signed-in members.
import { startCommon } from "./common";
import { startSocket } from "./lib/socket";
import { startAttendance } from "./modules/attendance";
import { startCopyButtons } from "./modules/copy";
import { startPreview } from "./modules/preview";
import { startPreferences } from "./modules/preferences";
import { startPush } from "./modules/push";
import { startReachOutBanner } from "./modules/reach_out_banner";
import { startReachOutPage } from "./modules/reach_out_page";
import { startUnreadBadge } from "./modules/unread_badge";
import { startUnreadRooms } from "./modules/unread_rooms";
import { findRoom } from "./room/context";
import { startRoom } from "./room/room";

startCommon();
startUnreadBadge();
startUnreadRooms();
startPreview();
startAttendance();
startCopyButtons();
startPush();
startPreferences();
startReachOutBanner();
startReachOutPage();
const room = findRoom();
if (room) startRoom(room);
startSocket();
