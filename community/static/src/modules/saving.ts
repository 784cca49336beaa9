// Forms that are saved as you go: `data-saves` posts the form a moment after each change and says so in `data-saved`.
// What does not fit yet is not said while somebody still types; the button at the end says it.
const PAUSE_MS = 700;

export function startSaving(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-saves]")) {
    let waiting = 0;
    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => void save(form), PAUSE_MS);
    });
    form.addEventListener("submit", () => window.clearTimeout(waiting));
  }
}

async function save(form: HTMLFormElement): Promise<void> {
  const said = form.querySelector("[data-saved]");
  const fields = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  try {
    const response = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    if (said) said.textContent = response.ok ? "Saved as you go." : "";
  } catch {
    if (said) said.textContent = "Not saved yet: you are offline. What you typed stays here.";
  }
}
