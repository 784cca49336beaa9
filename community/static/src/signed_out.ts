// The script of pages for visitors who are not signed in.
import { startCommon } from "./common";
import { startOfflinePage } from "./modules/offline_page";
import { startPasskeys } from "./modules/passkeys";

startCommon();
startOfflinePage();
startPasskeys();
