// The dialog that reports a message, or says that one is worried about its author. After it was sent, it shows who looks
// at it, how soon, and what to do if it is urgent.
import { fetchPart } from "../lib/background";
import { errorText, send } from "../lib/http";
import type { Message } from "../lib/message_log";

let messageId = "";

/** Open the dialog for a message. `isWorry` chooses its first answer. */
export function openReportDialog(message: Message, isWorry: boolean): void {
  const dialog = findDialog();
  const form = dialog?.querySelector("form");
  if (!dialog || !form) return;
  messageId = message.id;
  for (const name of dialog.querySelectorAll("[data-handle]")) name.textContent = message.author?.handle ?? "";
  form.reset();
  showError(dialog, "");
  showAnswer(dialog, null);
  const worry = form.querySelector<HTMLInputElement>("input[value=worry]");
  if (worry) worry.checked = isWorry;
  dialog.showModal();
}

export function startReportDialog(): void {
  const dialog = findDialog();
  const form = dialog?.querySelector("form");
  form?.addEventListener("submit", (event) => { event.preventDefault(); if (dialog) void submit(dialog, form); });
}

async function submit(dialog: HTMLDialogElement, form: HTMLFormElement): Promise<void> {
  const fields = new FormData(form);
  try {
    const sent = await send<{ id: string }>("POST", `/messages/${messageId}/reports`, { category: fields.get("category"), reason: fields.get("reason") ?? "" });
    showAnswer(dialog, await fetchPart(`/reports/${sent.id}`, "report-sent").catch(() => document.createElement("p")));
  } catch (error) {
    showError(dialog, errorText(error));
  }
}

/** Show the answer in place of the form, or the form again. */
function showAnswer(dialog: HTMLDialogElement, answer: HTMLElement | null): void {
  const part = (name: string): HTMLElement | null => dialog.querySelector<HTMLElement>(`[data-report-${name}]`);
  part("answer")?.replaceChildren(...answer ? document.importNode(answer, true).childNodes : []);
  if (answer && !answer.hasChildNodes()) part("answer")?.append("Sent to the coordinators.");
  const [form, sent] = [part("form"), part("sent")];
  if (form) form.hidden = answer !== null;
  if (sent) sent.hidden = answer === null;
  if (answer) part("answer")?.focus();
}

function showError(dialog: HTMLDialogElement, text: string): void {
  const error = dialog.querySelector<HTMLElement>("[data-report-error]");
  if (!error) return;
  error.textContent = text;
  error.hidden = !text;
}

function findDialog(): HTMLDialogElement | null {
  const dialog = document.getElementById("report-message");
  return dialog instanceof HTMLDialogElement ? dialog : null;
}
