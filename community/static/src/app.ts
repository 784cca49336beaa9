// The script of pages for who is signed in.
import { startSocket } from "./lib/socket";
import { startAttendance } from "./modules/attendance";
import { startBell } from "./modules/bell";
import { startPreview } from "./modules/preview";
import { startPush } from "./modules/push";
import { startReachOut } from "./modules/reach-out";
import { startUnread } from "./modules/unread";
import { startPage } from "./page";
import { findPlace } from "./room/place";
import { startRoom } from "./room/room";

startPage();
startBell();
startUnread();
startPreview();
startAttendance();
startPush();
startReachOut();
const place = findPlace();
if (place) startRoom(place);
startSocket();
