// The quick way out: the link in the top bar, or Escape three times, and this page is gone from the screen and from "back".

const WITHIN = 2000;

export function startLeaving(): void {
  const door = document.querySelector<HTMLAnchorElement>("[data-leave]");
  if (!door) return;
  const leave = (): void => { document.body.hidden = true; location.replace(door.href); };
  door.addEventListener("click", (event) => { event.preventDefault(); leave(); });
  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
    if (presses.length >= 3) leave();
  }, { capture: true });
}
