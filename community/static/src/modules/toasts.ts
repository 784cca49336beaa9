// Toasts: short confirmations of one finished action, with Undo where it can be undone.
import { button, element } from "../lib/dom";

const VISIBLE_MS = 8000;
const UNDO_VISIBLE_MS = 20000;

/** Show a message that disappears by itself, later while the pointer or the focus is on it. `undo` adds a button. */
export function toast(text: string, undo?: () => void): void {
  const item = element("div", "toast", element("span", "", text));
  if (undo) {
    const back = button("", "", "Undo");
    back.addEventListener("click", () => { item.remove(); undo(); });
    item.append(back);
  }
  const close = button("", "", "Close");
  close.dataset.dismiss = "";
  item.append(close);
  show(item);
}

/** Show a message with a link to the page that it is about. */
export function toastWithLink(text: string, href: string): void {
  const open = element("a", "", "Open");
  open.setAttribute("href", href);
  const close = button("", "", "Close");
  close.dataset.dismiss = "";
  show(element("div", "toast", element("span", "", text), open, close));
}

/** Show the toasts of a page that was fetched, each with its form to undo. */
export function showToastsOf(page: Document): void {
  for (const item of page.querySelectorAll<HTMLElement>(".toasts .toast")) show(document.importNode(item, true));
}

/** Let the toasts that came with the page disappear, and close them on request. */
export function startToasts(): void {
  for (const item of document.querySelectorAll<HTMLElement>(".toast")) removeLater(item);
  document.addEventListener("click", (event) => (event.target as Element).closest("[data-dismiss]")?.closest(".toast")?.remove());
}

function show(item: HTMLElement): void {
  document.querySelector(".toasts")?.append(item);
  removeLater(item);
}

function removeLater(item: HTMLElement): void {
  const visible = item.querySelectorAll("button").length > 1 ? UNDO_VISIBLE_MS : VISIBLE_MS;
  setTimeout(() => { if (item.matches(":hover, :focus-within")) removeLater(item); else item.remove(); }, visible);
}
