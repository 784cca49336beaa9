// Buttons that copy a field: the button in `data-copies` copies the field with that id. Without a script there is none.
import { toast } from "./toasts";

export function startCopyButtons(): void {
  for (const holder of document.querySelectorAll<HTMLElement>("[data-copies]")) {
    const field = document.getElementById(holder.dataset.copies!);
    if (!(field instanceof HTMLInputElement)) continue;
    holder.hidden = false;
    holder.querySelector("button")?.addEventListener("click", () => void copy(field));
  }
}

async function copy(field: HTMLInputElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(field.value);
    toast("Link copied.");
  } catch {
    field.select(); // without permission: selected, so that the member can copy it
    toast("Press and hold the link to copy it.");
  }
}
