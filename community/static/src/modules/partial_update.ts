// Forms that replace one part of the page: `data-partial-update` is the id of that part. The form is posted as usual.
// The new part and the toasts are taken from the page that the post leads to.
import { showToastsOf, toast } from "./toasts";

export function startPartialUpdates(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const id = form.dataset.partialUpdate;
    if (!id || event.defaultPrevented || !document.getElementById(id)) return;
    event.preventDefault();
    void post(form, event.submitter, id);
  });
}

async function post(form: HTMLFormElement, submitter: HTMLElement | null, id: string): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const fields = new FormData(form, submitter instanceof HTMLButtonElement ? submitter : null);
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams([...fields].map(([name, value]) => [name, String(value)])) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const part = page.getElementById(id);
    if (!part) { location.assign(response.url); return; }
    replacePart(id, part, submitter);
    showToastsOf(page);
  } catch {
    toast("That didn’t go through. Try again when you’re back online.");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Replace the part, and move the focus to its errors or to where it was. */
function replacePart(id: string, part: HTMLElement, submitter: HTMLElement | null): void {
  const old = document.getElementById(id);
  const hadFocus = old?.contains(document.activeElement);
  const imported = document.importNode(part, true);
  old?.replaceWith(imported);
  const sameButton = submitter instanceof HTMLButtonElement && submitter.name
    ? imported.querySelector<HTMLElement>(`button[name="${CSS.escape(submitter.name)}"][value="${CSS.escape(submitter.value)}"]`) : null;
  const errors = imported.querySelector<HTMLElement>("[data-error-summary]");
  const target = errors ?? sameButton ?? imported.querySelector<HTMLElement>("button, a, h2");
  if (hadFocus || errors) target?.focus();
}
