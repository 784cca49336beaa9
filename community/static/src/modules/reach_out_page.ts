// The page of a reach-out: refreshes itself, starts a step that is due, and reports that the requester is viewing it.
import { fetchPart, postInBackground } from "../lib/background";
import { socket } from "../lib/socket";

const REFRESH_MS = 3000;
const HIDDEN_REFRESH_MS = 15_000;
const VIEWING_REPORT_MS = 60_000;

export function startReachOutPage(): void {
  const live = document.getElementById("reach-live");
  if (!live?.dataset.refreshUrl) return;
  document.querySelectorAll("[data-no-script]").forEach((part) => part.remove());
  const path = live.dataset.refreshUrl;
  if (live.dataset.reportViewing !== undefined) startViewingReports(live, path);
  let timer = 0;
  const refreshLater = (): void => {
    clearTimeout(timer);
    if (live.dataset.state !== "closed") timer = window.setTimeout(() => void refresh(), document.hidden ? HIDDEN_REFRESH_MS : REFRESH_MS);
  };
  const refresh = async (): Promise<void> => {
    try {
      if (live.dataset.stepDue !== undefined) await postInBackground(`${path}/advance`);
      update(live, await fetchPart(path, "reach-live"));
    } catch { /* Offline: the page keeps what it shows, with the crisis lines. */ }
    refreshLater();
  };
  socket.on("notification.created", () => void refresh());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void refresh(); });
  if (live.dataset.stepDue !== undefined) void refresh(); else refreshLater();
}

function startViewingReports(live: HTMLElement, path: string): void {
  const report = (): void => { if (!document.hidden && live.dataset.reportViewing !== undefined) void postInBackground(`${path}/reading`); };
  report();
  setInterval(report, VIEWING_REPORT_MS);
}

/** Show the new content of the live region, unless the member may be about to press something in it. */
function update(live: HTMLElement, fresh: HTMLElement | null): void {
  if (!fresh) return;
  const tokens = /name="csrf_token" value="[^"]*"/g;
  fresh.querySelectorAll("[data-no-script]").forEach((part) => part.remove());
  const isNew = fresh.innerHTML.replace(tokens, "") !== live.innerHTML.replace(tokens, "");
  const stateChanged = fresh.dataset.state !== live.dataset.state;
  for (const name of ["state", "stepDue", "reportViewing"]) {
    if (fresh.dataset[name] === undefined) delete live.dataset[name]; else live.dataset[name] = fresh.dataset[name];
  }
  if (!isNew || (live.contains(document.activeElement) && !stateChanged)) return;
  live.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const part of document.querySelectorAll<HTMLElement>("[data-while-open]")) part.hidden = live.dataset.state !== "open";
  if (stateChanged) document.getElementById("main")?.focus();
}
