// Toasts: short confirmations of one finished action.
import { button, element } from "../lib/dom";

const VISIBLE_MS = 8000;

/** Show a message that disappears by itself, later while the pointer or the focus is on it. */
export function toast(text: string): void {
  const item = element("div", "toast", element("span", "", text));
  const close = button("", "", "Close");
  close.dataset.dismiss = "";
  item.append(close);
  document.querySelector(".toasts")?.append(item);
  removeLater(item);
}

/** Let the toasts that came with the page disappear, and close them on request. */
export function startToasts(): void {
  for (const item of document.querySelectorAll<HTMLElement>(".toast")) removeLater(item);
  document.addEventListener("click", (event) => (event.target as Element).closest("[data-dismiss]")?.closest(".toast")?.remove());
}

function removeLater(item: HTMLElement): void {
  setTimeout(() => { if (item.matches(":hover, :focus-within")) removeLater(item); else item.remove(); }, VISIBLE_MS);
}
