// Dialogs: `data-dialog` on a link or button opens the one it names, `data-close` closes it.

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog ?? "");
    if (dialog instanceof HTMLDialogElement) { event.preventDefault(); dialog.showModal(); }
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
  });
}
