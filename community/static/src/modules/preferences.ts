// Notification settings: each control is saved at once, one after the other. Without scripts, buttons save the page.
import { errorText, send } from "../lib/http";
import { toast } from "./toasts";

interface Preferences { items: { kind: string; email: boolean; push: boolean }[]; level: string | null; only_buddy: boolean }
type Change = Record<string, unknown>;

export function startPreferences(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-saves-at-once]");
  if (!form) return;
  let last: Promise<unknown> = Promise.resolve();
  form.addEventListener("change", (event) => {
    const control = event.target as HTMLInputElement | HTMLSelectElement;
    const change = changeOf(form, control);
    if (change) last = last.then(() => save(form, control, change));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

/** Return what a control changes, as the API takes it. */
function changeOf(form: HTMLFormElement, control: HTMLInputElement | HTMLSelectElement): Change | null {
  const { name, value } = control;
  const [medium, kind] = name.split(":");
  if (kind) return { items: [{ kind, [medium!]: (control as HTMLInputElement).checked }] };
  if (/^(quiet|from|to)-\d$/.test(name)) return { quiet_hours: quietHours(form) };
  if (name === "away_zone") return { away_zone: value || null };
  if (name === "only_buddy" || name === "discreet") return { [name]: value === "yes" };
  return ["level", "previews", "rhythm", "daily_at"].includes(name) && value ? { [name]: value } : null;
}

function quietHours(form: HTMLFormElement): unknown[] {
  const days = [0, 1, 2, 3, 4, 5, 6].filter((day) => field(form, `quiet-${day}`).checked);
  return days.map((weekday) => ({ weekday, from: field(form, `from-${weekday}`).value, to: field(form, `to-${weekday}`).value }));
}

async function save(form: HTMLFormElement, control: HTMLInputElement | HTMLSelectElement, change: Change): Promise<void> {
  const status = form.querySelector<HTMLElement>("[data-saved]");
  control.removeAttribute("aria-invalid");
  if (status) status.textContent = "";
  try {
    showSaved(form, await send<Preferences>("PUT", "/notification-preferences", change));
    if (status) status.textContent = "Saved.";
  } catch (error) {
    control.setAttribute("aria-invalid", "true");
    toast(errorText(error));
  }
}

/** Show what is saved now: a level sets many boxes, and a box may leave a level. */
function showSaved(form: HTMLFormElement, saved: Preferences): void {
  for (const item of saved.items) {
    for (const medium of ["email", "push"] as const) {
      const box = form.elements.namedItem(`${medium}:${item.kind}`);
      if (box instanceof HTMLInputElement) box.checked = item[medium];
    }
  }
  for (const option of form.querySelectorAll<HTMLInputElement>("input[name=level]")) option.checked = option.value === saved.level;
  for (const option of form.querySelectorAll<HTMLInputElement>("input[name=only_buddy]")) option.checked = (option.value === "yes") === saved.only_buddy;
  const mix = form.querySelector<HTMLElement>("[data-own-mix]");
  if (mix) mix.hidden = saved.level !== null;
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}
