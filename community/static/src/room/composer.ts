// The composer: sends on Enter where there is a keyboard, stores a draft, replies to a message or edits an own one.
import { send, errorText } from "../lib/http";
import { storeText, loadText } from "../lib/storage";
import type { MessageLog, Message } from "../lib/message_log";
import { toast } from "../modules/toasts";
import { summary } from "./render";
import type { Outbox } from "./outbox";
import type { RoomContext } from "./context";

export const MAX_MESSAGE_LENGTH = 4000;

export class Composer {
  private replyTo: string | null = null;
  private editing: Message | null = null;
  private readonly draftKey: string;
  private readonly replyKey: string;
  private readonly banner: HTMLElement | null;

  constructor(private readonly room: RoomContext, private readonly log: MessageLog, private readonly outbox: Outbox, private readonly onSent: () => void) {
    this.draftKey = `draft:${room.me.id}:${room.roomId}`;
    this.replyKey = `reply:${room.me.id}:${room.roomId}`;
    this.banner = room.form.querySelector<HTMLElement>(".reply-banner");
  }

  start(): void {
    const { form, input } = this.room;
    input.removeAttribute("maxlength");
    input.removeAttribute("required");
    const draft = loadText(this.draftKey);
    if (!input.value || input.dataset.firstLine !== undefined) input.value = draft || input.value;
    const storedReply = loadText(this.replyKey);
    if (storedReply) this.setReply(storedReply, summary(this.log.byId(storedReply)));
    input.addEventListener("input", () => { if (!this.editing) storeText(this.draftKey, input.value); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.reset();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia("(hover: hover)").matches) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.submit(); });
    this.banner?.querySelector("button")?.addEventListener("click", () => { this.reset(); input.focus(); });
  }

  reply(message: Message): void {
    this.reset();
    this.setReply(message.id, summary(message));
    this.room.input.focus();
  }

  edit(message: Message): void {
    this.reset();
    this.editing = message;
    this.room.input.value = message.body ?? "";
    this.showBanner(["Editing your message"], "Cancel editing");
    this.room.input.focus();
  }

  /** Put the text of a message that was not sent back into the input. */
  restoreText(body: string): void {
    const { input } = this.room;
    input.value = input.value ? `${input.value}\n${body}` : body;
    storeText(this.draftKey, input.value);
    input.focus();
  }

  private async submit(): Promise<void> {
    const { input } = this.room;
    const body = input.value.trim();
    if (!body) return;
    const length = [...body].length;
    if (length > MAX_MESSAGE_LENGTH) return toast(`Messages can have up to 4,000 characters. This one has ${length.toLocaleString("en-US")}.`);
    if (this.editing) return this.saveEdit(this.editing, body);
    input.value = "";
    storeText(this.draftKey, "");
    this.outbox.add(body, { replyTo: this.replyTo, readSeq: this.log.isAtEnd ? this.log.headSeq : 0 });
    this.reset();
    this.onSent();
  }

  private async saveEdit(message: Message, body: string): Promise<void> {
    try {
      if (body !== message.body) await send("PATCH", `/messages/${message.id}`, { body });
      this.reset();
    } catch (error) {
      toast(errorText(error));
    }
  }

  /** End a reply or an edit, and restore the draft. */
  private reset(): void {
    if (this.editing) this.room.input.value = loadText(this.draftKey);
    this.replyTo = null;
    storeText(this.replyKey, "");
    this.editing = null;
    if (this.banner) this.banner.hidden = true;
  }

  /** Start a reply. It survives a reload like the draft. */
  private setReply(id: string, message: (Node | string)[]): void {
    this.replyTo = id;
    storeText(this.replyKey, id);
    this.showBanner(["Replying to ", ...message], "Cancel reply");
  }

  private showBanner(content: (Node | string)[], closeLabel: string): void {
    const shown = this.banner?.querySelector(".truncate");
    if (!this.banner || !shown) return;
    shown.replaceChildren(...content);
    this.banner.querySelector("button")?.setAttribute("aria-label", closeLabel);
    this.banner.hidden = false;
  }
}
