// Attendance: sends each mark at once and stores marks while offline. A nonce per mark makes sending again harmless.
// Without a script the form is posted as a whole.
import { RequestFailed, send } from "../lib/http";
import { storeText as keepText, loadText as keptText } from "../lib/storage";

interface Mark { date: string; member_id: string; state: string; nonce: string; at: string }

const KEY = "attendance-marks";
const RETRY_MS = 5000;

export function startAttendance(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-attendance]");
  if (!form) return;
  let sending = false;
  form.addEventListener("change", (event) => {
    const radio = event.target as HTMLInputElement;
    const member = radio.closest<HTMLElement>("[data-member]")?.dataset.member;
    if (!member) return;
    storeMarks([...loadMarks(), { date: form.dataset.attendance!, member_id: member, state: radio.value, nonce: crypto.randomUUID(), at: new Date().toISOString() }]);
    void flush();
  });
  window.addEventListener("online", () => void flush());
  window.setInterval(() => { if (loadMarks().length) void flush(); }, RETRY_MS);
  showMarks(form);
  void flush();

  async function flush(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      for (let [first] = loadMarks(); first; [first] = loadMarks()) {
        const { date, ...mark } = first;
        await send("POST", `/occurrences/${date}/attendance`, mark);
        storeMarks(loadMarks().slice(1));
        showStatus("Saved.");
      }
    } catch (error) {
      if (error instanceof RequestFailed && error.status < 500 && error.status !== 429) {
        storeMarks(loadMarks().slice(1));
        showStatus(error.message);
      } else showStatus("Saved on this device. We’ll send it when you’re back online.");
    } finally {
      sending = false;
    }
  }
}

function showMarks(form: HTMLFormElement): void {
  for (const mark of loadMarks().filter((stored) => stored.date === form.dataset.attendance)) {
    const radio = form.querySelector<HTMLInputElement>(`[data-member="${CSS.escape(mark.member_id)}"] input[value="${CSS.escape(mark.state)}"]`);
    if (radio) radio.checked = true;
  }
}

function showStatus(text: string): void {
  const status = document.querySelector("[data-attendance-status]");
  if (status) status.textContent = text;
}

function loadMarks(): Mark[] {
  return JSON.parse(keptText(KEY) || "[]") as Mark[];
}

function storeMarks(marks: Mark[]): void {
  keepText(KEY, marks.length ? JSON.stringify(marks) : "");
}
