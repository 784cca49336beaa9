// The list of messages on the page. Only items that changed are replaced, which keeps the focus, the selection and the
// position of screen readers.
import type { MessageLog, Message } from "../lib/message_log";
import { dayName, dayLabel } from "../lib/times";
import { CrisisCard, keyOf } from "./crisis_card";
import { ScrollAnchor } from "./scroll_anchor";
import { renderDay, renderMessage, renderNewDivider, renderUnsent, messageButtons } from "./render";
import type { Outbox } from "./outbox";
import type { RoomContext } from "./context";

interface RenderedItem { item: HTMLElement; fingerprint: string }

export class MessageList {
  private rendered = new Map<string, RenderedItem>();
  /** The first new message of this visit, 0 when all was read. */
  private firstNewSeq = 0;
  private newCount = 0;
  /** The last rendering ended before the end of the log. */
  private isAway = false;
  /** The item shown in a room without messages. */
  private emptyItem: HTMLElement | null = null;
  private readonly anchor: ScrollAnchor;
  private readonly crisisCard: CrisisCard;

  constructor(private readonly room: RoomContext, private readonly log: MessageLog, private readonly outbox: Outbox) {
    this.anchor = new ScrollAnchor(room, () => this.isAway);
    this.crisisCard = new CrisisCard(room, () => this.show());
    this.firstNewSeq = Number(room.root.dataset.newFrom ?? 0);
    this.newCount = Number(room.root.dataset.unread ?? 0);
  }

  /** Take over the items that the server rendered. The log has been filled with the same messages. */
  adoptServerItems(): void {
    this.isAway = !this.log.isAtEnd;
    this.emptyItem = this.room.list.querySelector<HTMLElement>(":scope > .log__empty");
    const bySeq = new Map(this.log.inOrder().map((message) => [String(message.seq), message]));
    for (const item of this.room.list.querySelectorAll<HTMLElement>(":scope > li")) {
      const { seq, day } = item.dataset;
      const message = seq ? bySeq.get(seq) : undefined;
      const quoted = message?.reply_to ? this.log.byId(message.reply_to) : undefined;
      if (seq && message) this.rendered.set(seq, { item, fingerprint: fingerprintOf(message, item.classList.contains("message--more"), quoted) });
      else if (day) this.rendered.set(`day ${day}`, { item, fingerprint: item.textContent ?? "" });
      else if (item.dataset.newLine !== undefined) this.rendered.set("new", { item, fingerprint: item.textContent ?? "" });
      const link = item.querySelector<HTMLElement>("a.message__menu, span.message__menu");
      link?.replaceWith(...messageButtons(this.room, link.dataset.label ?? ""));
    }
  }

  /** Mark messages from here on as new until the next visit, or with 0 none. */
  markNew(seq: number, count: number): void {
    this.firstNewSeq = seq;
    this.newCount = count;
  }

  get hasNewLine(): boolean { return this.rendered.has("new"); }

  get newLine(): HTMLElement | undefined { return this.rendered.get("new")?.item; }

  /** Render the log and the outbox. A reader further up keeps their position. */
  show(): void {
    this.isAway ||= !this.log.isAtEnd;
    this.anchor.capture();
    this.arrange(this.renderItems());
    this.isAway = !this.log.isAtEnd;
    this.anchor.restore();
  }

  /** Scroll to an item and keep it in view. */
  goTo(item: HTMLElement, block: ScrollLogicalPosition): void {
    item.scrollIntoView({ block });
    this.anchor.capture();
  }

  private renderItems(): HTMLElement[] {
    const items: HTMLElement[] = [];
    const old = this.rendered;
    this.rendered = new Map();
    const use = (key: string, fingerprint: string, draw: () => HTMLElement): void => {
      const current = old.get(key);
      const item = current?.fingerprint === fingerprint ? current : { item: draw(), fingerprint };
      if (current && current !== item) keepFocus(current.item, item.item);
      this.rendered.set(key, item);
      items.push(item.item);
    };
    const { zone } = this.room;
    const cardPlace = this.crisisCard.placeAmong(this.log.inOrder(), this.outbox.entries);
    const useCard = (key: string): void => { if (key === cardPlace) use(`card ${key}`, "", () => this.crisisCard.render(key)); };
    let previousDay = "";
    let previousAuthorId = "";
    for (const message of this.log.inOrder()) {
      const at = new Date(message.created_at);
      const day = message.removed ? previousDay : dayName(at, zone);
      if (day !== previousDay) {
        use(`day ${day}`, dayLabel(at, zone), () => renderDay(day, dayLabel(at, zone)));
        previousAuthorId = "";
      }
      if (this.startsNewSection(message)) {
        use("new", `${this.newCount} new`, () => renderNewDivider(this.newCount));
        previousAuthorId = "";
      }
      const isMore = message.author !== null && message.author.id === previousAuthorId;
      const quoted = message.reply_to ? this.log.byId(message.reply_to) : undefined;
      use(String(message.seq), fingerprintOf(message, isMore, quoted), () => renderMessage(this.room, message, { isMore, quoted }));
      useCard(keyOf(message));
      previousDay = day;
      previousAuthorId = message.author?.id ?? "";
    }
    if (!this.log.isAtEnd) return items;
    for (const entry of this.outbox.entries) {
      const isMore = previousAuthorId === this.room.me.id;
      use(entry.id, `${entry.state} ${entry.reason} ${isMore}`, () => renderUnsent(this.room, entry, { isMore }));
      useCard(entry.id);
      previousAuthorId = this.room.me.id;
    }
    return items.length || !this.emptyItem ? items : [this.emptyItem];
  }

  /** The divider comes before the first message that is new. While that is not loaded, there is none. */
  private startsNewSection(message: Message): boolean {
    const isLoaded = this.log.oldestSeq <= Math.max(this.firstNewSeq, this.log.retainedFromSeq);
    return this.firstNewSeq > 0 && isLoaded && message.seq >= this.firstNewSeq && !this.rendered.has("new")
      && message.author !== null && message.author.id !== this.room.me.id;
  }

  private arrange(items: HTMLElement[]): void {
    const { list } = this.room;
    let at = list.firstElementChild;
    if (at?.hasAttribute("data-older")) at = at.nextElementSibling;
    const wanted = new Set<Element>(items);
    for (const item of items) {
      while (at && at !== item && !wanted.has(at) && !at.hasAttribute("data-newer")) { const gone: Element = at; at = at.nextElementSibling; gone.remove(); }
      if (at === item) at = at.nextElementSibling;
      else list.insertBefore(item, at);
    }
    while (at && !at.hasAttribute("data-newer")) { const gone: Element = at; at = at.nextElementSibling; gone.remove(); }
  }
}

function fingerprintOf(message: Message, isMore: boolean, quoted: Message | undefined): string {
  return `${message.rev} ${isMore} ${quoted?.rev ?? ""}`;
}

function keepFocus(from: HTMLElement, to: HTMLElement): void {
  if (from.contains(document.activeElement)) queueMicrotask(() => to.querySelector<HTMLElement>("button, a")?.focus());
}
