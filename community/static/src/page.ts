// What every page does, signed in or not; each works without a script too.
import { startForgetting } from "./lib/kept";
import { startDialogs } from "./modules/dialogs";
import { startForms } from "./modules/forms";
import { startInPlace } from "./modules/in-place";
import { startLeaving } from "./modules/leaving";
import { startOffline } from "./modules/offline";
import { startSaving } from "./modules/saving";
import { startToasts } from "./modules/toasts";

export function startPage(): void {
  startLeaving();
  startDialogs();
  startForms();
  startSaving();
  startToasts();
  startInPlace();
  startForgetting();
  startOffline();
}
