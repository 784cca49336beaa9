// Where people write: sends on Enter where there is a keyboard, keeps a draft, answers a message or changes an own one.
import { send, wordsFor } from "../lib/http";
import { keep, kept } from "../lib/kept";
import type { Log, Message } from "../lib/log";
import { toast } from "../modules/toasts";
import { gist } from "./draw";
import type { Outbox } from "./outbox";
import type { Place } from "./place";

export const LONGEST_MESSAGE = 4000;

export class Composer {
  private replyTo: string | null = null;
  private editing: Message | null = null;
  private readonly draftKey: string;
  private readonly replyKey: string;
  private readonly banner: HTMLElement | null;

  constructor(private readonly place: Place, private readonly log: Log, private readonly outbox: Outbox, private readonly sent: () => void) {
    this.draftKey = `draft:${place.me.id}:${place.roomId}`;
    this.replyKey = `reply:${place.me.id}:${place.roomId}`;
    this.banner = place.form.querySelector<HTMLElement>(".replying");
  }

  start(): void {
    const { form, words } = this.place;
    words.removeAttribute("maxlength");
    words.removeAttribute("required");
    words.value ||= kept(this.draftKey);
    const answered = kept(this.replyKey);
    if (answered) this.answer(answered, gist(this.log.byId(answered)));
    words.addEventListener("input", () => { if (!this.editing) keep(this.draftKey, words.value); });
    words.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.calm();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia("(hover: hover)").matches) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.submit(); });
    this.banner?.querySelector("button")?.addEventListener("click", () => { this.calm(); words.focus(); });
  }

  reply(message: Message): void {
    this.calm();
    this.answer(message.id, gist(message));
    this.place.words.focus();
  }

  edit(message: Message): void {
    this.calm();
    this.editing = message;
    this.place.words.value = message.body ?? "";
    this.say("Your message, to be changed", "Leave it as it was");
    this.place.words.focus();
  }

  /** Words that come back from a message that was not sent. */
  putBack(body: string): void {
    const { words } = this.place;
    words.value = words.value ? `${words.value}\n${body}` : body;
    keep(this.draftKey, words.value);
    words.focus();
  }

  private async submit(): Promise<void> {
    const { words } = this.place;
    const body = words.value.trim();
    if (!body) return;
    const length = [...body].length;
    if (length > LONGEST_MESSAGE) return toast(`A message has at most 4,000 characters. This one has ${length.toLocaleString("en-US")}.`);
    if (this.editing) return this.change(this.editing, body);
    words.value = "";
    keep(this.draftKey, "");
    this.outbox.add(body, this.replyTo);
    this.calm();
    this.sent();
  }

  private async change(message: Message, body: string): Promise<void> {
    try {
      if (body !== message.body) await send("PATCH", `/messages/${message.id}`, { body });
      this.calm();
    } catch (error) {
      toast(wordsFor(error));
    }
  }

  /** No reply, no change: plain writing, with the draft that was there. */
  private calm(): void {
    if (this.editing) this.place.words.value = kept(this.draftKey);
    this.replyTo = null;
    keep(this.replyKey, "");
    this.editing = null;
    if (this.banner) this.banner.hidden = true;
  }

  /** A reply outlives a reload as its words do. */
  private answer(id: string, words: string): void {
    this.replyTo = id;
    keep(this.replyKey, id);
    this.say(`Reply to ${words}`, "Stop replying");
  }

  private say(text: string, ending: string): void {
    const shown = this.banner?.querySelector(".clip");
    if (!this.banner || !shown) return;
    shown.textContent = text;
    this.banner.querySelector("button")?.setAttribute("aria-label", ending);
    this.banner.hidden = false;
  }
}
