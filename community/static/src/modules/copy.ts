// Buttons that copy or print. The button in `data-copies` copies what the field or list with that id holds, and says
// `data-copied`; the one in `data-prints` prints the page. Without a script there are none.
import { toast } from "./toasts";

export function startCopyButtons(): void {
  for (const holder of document.querySelectorAll<HTMLElement>("[data-copies]")) {
    const source = document.getElementById(holder.dataset.copies!);
    if (source) show(holder, () => void copy(source, holder.dataset.copied ?? "Link copied."));
  }
  for (const holder of document.querySelectorAll<HTMLElement>("[data-prints]")) show(holder, () => window.print());
}

function show(holder: HTMLElement, whenPressed: () => void): void {
  holder.hidden = false;
  holder.querySelector("button")?.addEventListener("click", whenPressed);
}

async function copy(source: HTMLElement, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(source instanceof HTMLInputElement ? source.value : source.innerText);
    toast(done);
  } catch {
    if (source instanceof HTMLInputElement) source.select(); // without permission: the member can copy it
    else getSelection()?.selectAllChildren(source);
    toast("Press and hold the text to copy it.");
  }
}
