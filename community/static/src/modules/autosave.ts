// Autosave: `data-autosave` posts the form shortly after each change and reports it in `data-autosave-status`.
// Validation errors are not shown while the member types. The button at the end shows them.
const PAUSE_MS = 700;

export function startAutosave(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
    let timer = 0;
    form.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void save(form), PAUSE_MS);
    });
    form.addEventListener("submit", () => window.clearTimeout(timer));
  }
}

async function save(form: HTMLFormElement): Promise<void> {
  const status = form.querySelector("[data-autosave-status]");
  const fields = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  try {
    const response = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    if (status) status.textContent = response.ok ? "Saved as you go." : "";
  } catch {
    if (status) status.textContent = "Not saved yet: you are offline. What you typed stays here.";
  }
}
