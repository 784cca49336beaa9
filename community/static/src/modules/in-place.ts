// Forms that change a part of the page without loading it anew: `data-in-place` names the part by its id. The form is
// posted as ever; the part, and what there is to say, are taken from the page the post leads to.
import { toast } from "./toasts";

export function startInPlace(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const id = form.dataset.inPlace;
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
    swap(id, part, submitter);
    for (const said of page.querySelectorAll(".toasts .toast > span")) toast(said.textContent ?? "");
  } catch {
    toast("That did not get through. Try again when you are back online.");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Put the new part in, and the focus where it was or on what is wrong. */
function swap(id: string, part: HTMLElement, submitter: HTMLElement | null): void {
  const old = document.getElementById(id);
  const hadFocus = old?.contains(document.activeElement);
  const imported = document.importNode(part, true);
  old?.replaceWith(imported);
  const again = submitter instanceof HTMLButtonElement && submitter.name
    ? imported.querySelector<HTMLElement>(`button[name="${CSS.escape(submitter.name)}"][value="${CSS.escape(submitter.value)}"]`) : null;
  const wrong = imported.querySelector<HTMLElement>("[data-problems]");
  const target = wrong ?? again ?? imported.querySelector<HTMLElement>("button, a, h2");
  if (hadFocus || wrong) target?.focus();
}
