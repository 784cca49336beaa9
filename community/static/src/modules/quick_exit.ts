// Quick exit: the link in the top bar, or Escape three times, replaces the page on the screen and in the history.

const WINDOW_MS = 2000;

export function startQuickExit(): void {
  const link = document.querySelector<HTMLAnchorElement>("[data-quick-exit]");
  if (!link) return;
  const leave = (): void => { document.body.hidden = true; location.replace(link.href); };
  link.addEventListener("click", (event) => { event.preventDefault(); leave(); });
  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    presses = [...presses.filter((at) => event.timeStamp - at < WINDOW_MS), event.timeStamp];
    if (presses.length >= 3) leave();
  }, { capture: true });
}
