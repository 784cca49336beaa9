// Short notices of one act that is done.
import { button, element } from "../lib/dom";

const LASTS = 8000;

/** Say something once; it leaves by itself, later while somebody reads it. */
export function toast(words: string): void {
  const item = element("div", "toast", element("span", "", words));
  const close = button("", "", "Close");
  close.dataset.dismiss = "";
  item.append(close);
  document.querySelector(".toasts")?.append(item);
  leavesLater(item);
}

/** Let the notices that the page came with leave, and close on request. */
export function startToasts(): void {
  for (const item of document.querySelectorAll<HTMLElement>(".toast")) leavesLater(item);
  document.addEventListener("click", (event) => (event.target as Element).closest("[data-dismiss]")?.closest(".toast")?.remove());
}

function leavesLater(item: HTMLElement): void {
  setTimeout(() => { if (item.matches(":hover, :focus-within")) leavesLater(item); else item.remove(); }, LASTS);
}
