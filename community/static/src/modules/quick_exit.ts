// Quick exit: the link in the top bar, or Escape three times, replaces the page on the screen and in the history. Pages
// before it stay blank when they are shown again (early.ts).
import { setLeft } from "../lib/exit_flag";

const PRESSES = 3;
const WINDOW_MS = 2000;
/** Escape closes these. Such a press does not count, so closing menus never leaves the site. */
const CLOSED_BY_ESCAPE = "dialog[open], [popover]:popover-open, [role=menu]:not([hidden]), [role=listbox]:not([hidden])";

export function startQuickExit(): void {
  const link = document.querySelector<HTMLAnchorElement>("[data-quick-exit]");
  if (!link) return;
  const leave = (): void => {
    setLeft();
    document.documentElement.classList.add("is-away");
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => { event.preventDefault(); leave(); });
  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (document.querySelector(CLOSED_BY_ESCAPE)) { presses = []; return; }
    presses = [...presses.filter((at) => event.timeStamp - at < WINDOW_MS), event.timeStamp];
    if (presses.length >= PRESSES) leave();
  }, { capture: true });
}
