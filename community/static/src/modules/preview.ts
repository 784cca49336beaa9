// A form that says what it means while it is filled in: `data-preview` names where to ask. Choices that make no sense
// are put away (`data-only` names the values of `repeats` that they go with). Without a script a button asks instead.

const PAUSE_MS = 250;

export function startPreview(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-preview]");
  if (!form) return;
  let waiting = 0;
  let latest = 0;
  form.querySelector("[data-without-script]")?.remove();
  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement) delete event.target.dataset.guessed;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask(null), PAUSE_MS);
    tidy(form);
  });
  form.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[name=skip], button[name=keep]");
    if (!button) return;
    event.preventDefault();
    void ask(button);
  });
  tidy(form);
  void ask(null);

  async function ask(pressed: HTMLButtonElement | null): Promise<void> {
    const turn = ++latest;
    const fields = new URLSearchParams([...new FormData(form!, pressed)].map(([name, value]) => [name, String(value)]));
    try {
      const response = await fetch(form!.dataset.preview!, { method: "POST", body: fields });
      if (!response.ok || turn !== latest) return;
      show(await response.text(), pressed?.value ?? "");
    } catch {
      // offline: what stands there stays
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

function tidy(form: HTMLFormElement): void {
  const chosen = (form.elements.namedItem("repeats") as HTMLSelectElement | null)?.value ?? "once";
  for (const part of form.querySelectorAll<HTMLElement>("[data-only]")) part.hidden = !part.dataset.only!.split(" ").includes(chosen);
  chooseDay(form);
  const ends = (form.elements.namedItem("ends") as HTMLSelectElement | null)?.value;
  for (const name of ["count", "until"]) {
    const field = document.getElementById(name)?.closest<HTMLElement>(".field");
    if (field) field.hidden = ends !== name;
  }
}

/** While no weekday is chosen, it is the one of the first date, as the server reads it too. */
function chooseDay(form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=days]")];
  const day = (form.elements.namedItem("date") as HTMLInputElement | null)?.valueAsDate?.getUTCDay();
  if (day === undefined || boxes.some((box) => box.checked && !box.dataset.guessed)) return;
  for (const [number, box] of boxes.entries()) {
    box.checked = number === day;
    if (box.checked) box.dataset.guessed = "yes"; else delete box.dataset.guessed;
  }
}
