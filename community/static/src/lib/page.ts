// What every page does, signed in or not; each works without this script too.

/** Start the behaviours that need no account. */
export function startPage(): void {
  document.querySelector<HTMLElement>("[data-problems]")?.focus();
  for (const box of document.querySelectorAll<HTMLInputElement>("[data-show]")) showsPassword(box);
  for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-time-zone]")) followDevice(select);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    target.closest("[data-dismiss]")?.closest(".toast")?.remove();
    const opener = target.closest<HTMLElement>("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog ?? "");
    if (dialog instanceof HTMLDialogElement) { event.preventDefault(); dialog.showModal(); }
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
  });
  startLeaving();
}

function showsPassword(box: HTMLInputElement): void {
  box.addEventListener("change", () => {
    const field = document.getElementById(box.dataset.show ?? "");
    if (field instanceof HTMLInputElement) field.type = box.checked ? "text" : "password";
  });
}

function followDevice(select: HTMLSelectElement): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}

/** Three times Escape, or the door in the top bar, and this page is gone from the screen and from "back". */
function startLeaving(): void {
  const door = document.querySelector<HTMLAnchorElement>("[data-leave]");
  if (!door) return;
  const leave = (): void => { document.body.hidden = true; location.replace(door.href); };
  door.addEventListener("click", (event) => { event.preventDefault(); leave(); });
  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    presses = [...presses.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}
