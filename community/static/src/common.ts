// Behaviors of every page. Each page works without them.
import { startAutosave } from "./modules/autosave";
import { startDialogs } from "./modules/dialogs";
import { startErrorFocus } from "./modules/error_focus";
import { startPartialUpdates } from "./modules/partial_update";
import { startPasswordLengths } from "./modules/password_length";
import { startPasswordToggles } from "./modules/password_toggle";
import { startQuickExit } from "./modules/quick_exit";
import { startReachOutDelay } from "./modules/reach_out_delay";
import { startServiceWorker } from "./modules/service_worker";
import { startSignOutCleanup } from "./modules/sign_out";
import { startTimeZoneDefault } from "./modules/time_zone_default";
import { startToasts } from "./modules/toasts";

export function startCommon(): void {
  startQuickExit();
  startReachOutDelay();
  startDialogs();
  startErrorFocus();
  startPasswordToggles();
  startPasswordLengths();
  startTimeZoneDefault();
  startAutosave();
  startToasts();
  startPartialUpdates();
  startSignOutCleanup();
  startServiceWorker();
}
