// Runs before the first paint of every page. After a quick exit, pages that are shown again from the history ("back",
// a restored tab) and those in other tabs stay blank behind "Continue". Pages that are opened anew are shown.
import { clearLeft, hasLeft, watchLeft } from "./lib/exit_flag";

const root = document.documentElement;
const NEUTRAL_TITLE = "Page";
let title = "";

function cover(): void {
  if (root.classList.contains("is-covered")) return;
  root.classList.add("is-covered");
  title = document.title;
  document.title = NEUTRAL_TITLE;
}

function uncover(): void {
  if (!root.classList.contains("is-covered")) return;
  root.classList.remove("is-covered");
  document.title = title;
}

function update(): void {
  if (hasLeft()) cover(); else uncover();
}

const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
if (load && load.type !== "navigate" && hasLeft()) root.classList.add("is-covered");
document.addEventListener("DOMContentLoaded", () => {
  if (!root.classList.contains("is-covered")) return;
  root.classList.remove("is-covered");
  cover();
});
// A page kept for "back" is hidden while it is away, so that it cannot be seen before the flag is looked at.
addEventListener("pagehide", () => root.classList.add("is-away"));
addEventListener("pageshow", (event) => {
  if (event.persisted) update();
  root.classList.remove("is-away");
});
watchLeft(update);
document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-continue]")) { clearLeft(); uncover(); }
});

export {};
