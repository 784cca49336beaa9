// Marks who came at once, and keeps the marks while the line is down: each has a nonce, so sending again counts once.
// Without a script the form is posted as a whole.
import { Refused, send } from "../lib/http";
import { keep as keepText, kept as keptText } from "../lib/kept";

interface Mark { date: string; member_id: string; state: string; nonce: string; at: string }

const KEY = "attendance-marks";
const AGAIN_MS = 5000;

export function startAttendance(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-attendance]");
  if (!form) return;
  let sending = false;
  form.addEventListener("change", (event) => {
    const radio = event.target as HTMLInputElement;
    const member = radio.closest<HTMLElement>("[data-member]")?.dataset.member;
    if (!member) return;
    keep([...kept(), { date: form.dataset.attendance!, member_id: member, state: radio.value, nonce: crypto.randomUUID(), at: new Date().toISOString() }]);
    void flush();
  });
  window.addEventListener("online", () => void flush());
  window.setInterval(() => { if (kept().length) void flush(); }, AGAIN_MS);
  show(form);
  void flush();

  async function flush(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      for (let [first] = kept(); first; [first] = kept()) {
        const { date, ...mark } = first;
        await send("POST", `/occurrences/${date}/attendance`, mark);
        keep(kept().slice(1));
        say("Saved.");
      }
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) {
        keep(kept().slice(1));
        say(error.message);
      } else say("Kept here. It is sent when you are back online.");
    } finally {
      sending = false;
    }
  }
}

function show(form: HTMLFormElement): void {
  for (const mark of kept().filter((one) => one.date === form.dataset.attendance)) {
    const radio = form.querySelector<HTMLInputElement>(`[data-member="${CSS.escape(mark.member_id)}"] input[value="${CSS.escape(mark.state)}"]`);
    if (radio) radio.checked = true;
  }
}

function say(words: string): void {
  const place = document.querySelector("[data-attendance-state]");
  if (place) place.textContent = words;
}

function kept(): Mark[] {
  return JSON.parse(keptText(KEY) || "[]") as Mark[];
}

function keep(marks: Mark[]): void {
  keepText(KEY, marks.length ? JSON.stringify(marks) : "");
}
