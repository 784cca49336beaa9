// The menu of a message: reply, edit, pin, mark unread, copy link, remove, mute or block its author, report, react.
import { isolate } from "../lib/dom";
import { send, errorText } from "../lib/http";
import type { MessageLog, Message } from "../lib/message_log";
import { toast } from "../modules/toasts";
import type { Composer } from "./composer";
import type { ReadMarker } from "./read_marker";
import { openReportDialog, startReportDialog } from "./report_dialog";
import type { RoomContext } from "./context";

type Action = "reply" | "edit" | "pin" | "unread" | "link" | "remove" | "quiet" | "hide" | "worry" | "report";

export class MessageMenu {
  private readonly menu = document.getElementById("msg-menu");
  private readonly anyEmoji = document.querySelector<HTMLFormElement>("#any-emoji");
  private message: Message | null = null;
  private opener: HTMLElement | null = null;

  constructor(private readonly room: RoomContext, private readonly log: MessageLog, private readonly composer: Composer, private readonly marker: ReadMarker) {}

  start(): void {
    this.room.list.addEventListener("click", (event) => {
      const target = event.target as Element;
      const opener = target.closest<HTMLElement>(".message__menu");
      const reactionButton = target.closest<HTMLElement>(".reactions [data-emoji]");
      const replyButton = target.closest<HTMLElement>(".message__reply");
      if (opener) this.open(opener);
      if (replyButton) this.reply(replyButton);
      if (reactionButton) void this.toggleReaction(this.messageAt(reactionButton), reactionButton.dataset.emoji ?? "");
    });
    this.menu?.addEventListener("click", (event) => this.onChoose(event.target as Element));
    this.anyEmoji?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.menu?.hidePopover();
      void this.toggleReaction(this.message, String(new FormData(this.anyEmoji!).get("emoji") ?? "").trim());
    });
    // Browsers return the focus when the menu closes, except where a click does not focus a button (Safari).
    this.menu?.addEventListener("toggle", (event) => {
      if ((event as ToggleEvent).newState === "closed" && document.activeElement === document.body) this.opener?.focus();
    });
    startReportDialog();
    for (const act of ["remove", "hide"] as const) {
      const form = document.querySelector<HTMLFormElement>(`#${act}-message form`);
      form?.addEventListener("submit", (event) => { event.preventDefault(); void this.onConfirm(act, form); });
    }
  }

  open(opener: HTMLElement): void {
    this.message = this.messageAt(opener);
    this.opener = opener;
    const { menu, message } = this;
    if (!menu || !message?.author) return;
    const isMine = message.author.id === this.room.me.id;
    const shown: Record<Action, boolean> = {
      reply: !this.room.isClosed, edit: isMine && !this.room.isClosed, pin: this.room.mayPin, unread: true, link: true,
      remove: isMine || this.room.mayModerate, quiet: !isMine, hide: !isMine, worry: !isMine, report: !isMine,
    };
    const pin = menu.querySelector("[data-action=pin] span");
    if (pin) pin.textContent = message.pinned ? "Unpin" : "Pin for everyone";
    for (const [act, isShown] of Object.entries(shown)) {
      const choice = menu.querySelector<HTMLElement>(`[data-action=${act}]`);
      if (choice) choice.hidden = !isShown;
    }
    for (const name of menu.querySelectorAll("[data-handle]")) name.textContent = message.author.handle;
    this.anyEmoji?.reset();
    this.showAnyEmoji(false);
    menu.showPopover();
    this.position(menu, opener);
    menu.querySelector<HTMLElement>("button:not([hidden])")?.focus();
  }

  /** Reply to the message that an element belongs to. */
  reply(inside: HTMLElement): void {
    const message = this.messageAt(inside);
    if (message?.author && !this.room.isClosed) this.composer.reply(message);
  }

  private showAnyEmoji(isShown: boolean): void {
    if (!this.anyEmoji) return;
    this.anyEmoji.hidden = !isShown;
    this.menu?.querySelector("[data-more-emoji]")?.setAttribute("aria-expanded", String(isShown));
    if (isShown) this.anyEmoji.querySelector("input")?.focus();
  }

  /** Place the menu beside its button where there is room. On a phone the style sheet puts it at the bottom edge. */
  private position(menu: HTMLElement, opener: HTMLElement): void {
    menu.style.removeProperty("inset");
    if (!matchMedia("(min-width: 48rem)").matches) return;
    const box = opener.getBoundingClientRect();
    const top = Math.max(8, Math.min(box.bottom + 4, innerHeight - menu.offsetHeight - 8));
    const left = Math.max(8, Math.min(box.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8));
    menu.style.inset = `${top}px auto auto ${left}px`;
    menu.style.margin = "0";
  }

  private onChoose(target: Element): void {
    const act = target.closest<HTMLElement>("[data-action]")?.dataset.action as Action | undefined;
    const emoji = target.closest<HTMLElement>("[data-emoji]")?.dataset.emoji;
    const { message } = this;
    if (target.closest("[data-more-emoji]")) return this.showAnyEmoji(Boolean(this.anyEmoji?.hidden));
    if (!message || (!act && !emoji)) return;
    this.menu?.hidePopover();
    if (emoji) void this.toggleReaction(message, emoji);
    else if (act === "reply") this.composer.reply(message);
    else if (act === "edit") this.composer.edit(message);
    else if (act === "pin" || act === "unread" || act === "link" || act === "quiet") void this.runAction(act, message);
    else if (act === "worry" || act === "report") openReportDialog(message, act === "worry");
    else this.openDialog(act as "remove" | "hide", message);
  }

  private async runAction(act: "pin" | "unread" | "link" | "quiet", message: Message): Promise<void> {
    try {
      if (act === "pin") return await send(message.pinned ? "DELETE" : "PUT", `/messages/${message.id}/pin`);
      if (act === "quiet") {
        const { id, handle } = message.author!;
        await send("PUT", `/mutes/member/${id}`, {});
        return toast(`You won’t be notified about ${isolate(handle)}’s messages.`, () => void this.undo("DELETE", `/mutes/${id}`));
      }
      if (act === "link") {
        await navigator.clipboard.writeText(`${location.origin}/rooms/${this.room.roomId}?at=${message.seq}#m-${message.seq}`);
        return toast("Link copied. Only people in this room can open it.");
      }
      const readSeq = await this.marker.pause();
      await send("PUT", `/rooms/${this.room.roomId}/unread-from`, { seq: message.seq });
      toast("Marked as unread.", () => {
        void this.undo("PUT", `/rooms/${this.room.roomId}/read-marker`, { seq: readSeq }).then(() => this.marker.resume());
      });
    } catch (error) {
      toast(errorText(error));
    }
  }

  private async undo(method: string, path: string, body?: unknown): Promise<void> {
    try {
      await send(method, path, body);
    } catch (error) {
      toast(errorText(error));
    }
  }

  private openDialog(act: "remove" | "hide", message: Message): void {
    const dialog = document.getElementById(`${act}-message`);
    if (!(dialog instanceof HTMLDialogElement)) return;
    for (const name of dialog.querySelectorAll("[data-handle]")) name.textContent = message.author?.handle ?? "";
    dialog.querySelector("form")?.reset();
    dialog.showModal();
  }

  private async onConfirm(act: "remove" | "hide", form: HTMLFormElement): Promise<void> {
    const { message } = this;
    if (!message?.author) return;
    try {
      if (act === "remove") await send("DELETE", `/messages/${message.id}`);
      if (act === "hide") await send("PUT", `/members/${message.author.id}/block`);
    } catch (error) {
      return toast(errorText(error));
    }
    form.closest("dialog")?.close();
    if (act === "hide") location.reload();
  }

  private async toggleReaction(message: Message | null, emoji: string): Promise<void> {
    if (!message) return;
    const isMine = message.reactions.some((sign) => sign.emoji === emoji && sign.member_ids.includes(this.room.me.id));
    try {
      await send(isMine ? "DELETE" : "PUT", `/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`);
    } catch (error) {
      toast(errorText(error));
    }
  }

  private messageAt(inside: HTMLElement): Message | null {
    const id = inside.closest<HTMLElement>("[data-id]")?.dataset.id;
    return (id && this.log.byId(id)) || null;
  }
}
