// The script of pages for who is not signed in.
import { startOfflinePage } from "./modules/offline-page";
import { startPage } from "./page";

startPage();
startOfflinePage();
