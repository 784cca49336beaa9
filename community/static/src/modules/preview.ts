// Preview of a form while it is filled in: `data-preview` is the address that renders it. Fields that do not apply are
// hidden (`data-shown-for` lists the values of `repeats` that they belong to). Without a script a button does the same.

const DEBOUNCE_MS = 250;

export function startPreview(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-preview]");
  if (!form) return;
  let timer = 0;
  let latestRequest = 0;
  form.querySelector("[data-no-script]")?.remove();
  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement) delete event.target.dataset.guessed;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(null), DEBOUNCE_MS);
    updateVisibleFields(form);
  });
  form.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[name=skip], button[name=keep]");
    if (!button) return;
    event.preventDefault();
    void ask(button);
  });
  updateVisibleFields(form);
  void ask(null);

  async function ask(pressed: HTMLButtonElement | null): Promise<void> {
    const request = ++latestRequest;
    const fields = new URLSearchParams([...new FormData(form!, pressed)].map(([name, value]) => [name, String(value)]));
    try {
      const response = await fetch(form!.dataset.preview!, { method: "POST", body: fields });
      if (!response.ok || request !== latestRequest) return;
      show(await response.text(), pressed?.value ?? "");
    } catch {
      // Offline: the last preview stays.
    }
  }
}

function show(html: string, pressed: string): void {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("preview");
  const old = document.getElementById("preview");
  if (!fresh || !old) return;
  old.replaceWith(document.importNode(fresh, true));
  if (pressed) document.querySelector<HTMLElement>(`#preview button[value="${CSS.escape(pressed)}"]`)?.focus();
}

function updateVisibleFields(form: HTMLFormElement): void {
  const chosen = (form.elements.namedItem("repeats") as HTMLSelectElement | null)?.value ?? "once";
  for (const part of form.querySelectorAll<HTMLElement>("[data-shown-for]")) part.hidden = !part.dataset.shownFor!.split(" ").includes(chosen);
  chooseWeekday(form);
  const ends = (form.elements.namedItem("ends") as HTMLSelectElement | null)?.value;
  for (const name of ["count", "until"]) {
    const field = document.getElementById(name)?.closest<HTMLElement>(".field");
    if (field) field.hidden = ends !== name;
  }
}

/** Check the weekday of the first date while none is chosen, as the server does. */
function chooseWeekday(form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=days]")];
  const day = (form.elements.namedItem("date") as HTMLInputElement | null)?.valueAsDate?.getUTCDay();
  if (day === undefined || boxes.some((box) => box.checked && !box.dataset.guessed)) return;
  for (const [number, box] of boxes.entries()) {
    box.checked = number === day;
    if (box.checked) box.dataset.guessed = "yes"; else delete box.dataset.guessed;
  }
}
