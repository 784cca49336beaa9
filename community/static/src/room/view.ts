// The log on the page: puts what changed in its place and leaves everything else alone, so that focus, selection and
// screen readers are not disturbed.
import type { Log, Message } from "../lib/log";
import { dayName, dayWords } from "../lib/times";
import { Anchor } from "./anchor";
import { drawDay, drawMessage, drawNewLine, drawUnsent, menuButton } from "./draw";
import type { Outbox } from "./outbox";
import type { Place } from "./place";

interface Drawn { item: HTMLElement; looks: string }

export class View {
  private drawn = new Map<string, Drawn>();
  /** The first new message of this visit, 0 when all was read; and how many are new. */
  private newFrom = 0;
  private newCount = 0;
  /** Whether what was shown last ended before the end of the log. */
  private isAway = false;
  /** What stands in a room where nothing was said. */
  private empty: HTMLElement | null = null;
  private readonly anchor: Anchor;

  constructor(private readonly place: Place, private readonly log: Log, private readonly outbox: Outbox) {
    this.anchor = new Anchor(place, () => this.isAway);
    this.newFrom = Number(place.root.dataset.newFrom ?? 0);
    this.newCount = Number(place.root.dataset.unread ?? 0);
  }

  /** Take over what the server drew of the log, which has begun with the same messages. */
  adopt(): void {
    this.isAway = !this.log.isAtEnd;
    this.empty = this.place.list.querySelector<HTMLElement>(":scope > .log__empty");
    const bySeq = new Map(this.log.inOrder().map((message) => [String(message.seq), message]));
    for (const item of this.place.list.querySelectorAll<HTMLElement>(":scope > li")) {
      const { seq, day } = item.dataset;
      const message = seq ? bySeq.get(seq) : undefined;
      const quoted = message?.reply_to ? this.log.byId(message.reply_to) : undefined;
      if (seq && message) this.drawn.set(seq, { item, looks: looksOf(message, item.classList.contains("msg--more"), quoted) });
      else if (day) this.drawn.set(`day ${day}`, { item, looks: item.textContent ?? "" });
      else if (item.dataset.newLine !== undefined) this.drawn.set("new", { item, looks: item.textContent ?? "" });
      const link = item.querySelector<HTMLElement>("a.msg__menu, span.msg__menu");
      link?.replaceWith(menuButton(link.dataset.whose ?? ""));
    }
  }

  /** From here on messages are new, until the next visit. */
  markNew(seq: number, count: number): void {
    this.newFrom = seq;
    this.newCount = count;
  }

  get hasNewLine(): boolean { return this.drawn.has("new"); }

  get newLine(): HTMLElement | undefined { return this.drawn.get("new")?.item; }

  /** Show the log and what is unsent. Who reads further up stays where they are. */
  show(): void {
    this.isAway ||= !this.log.isAtEnd;
    this.anchor.take();
    this.arrange(this.expected());
    this.isAway = !this.log.isAtEnd;
    this.anchor.hold();
  }

  /** Go to an item of the log, and stay with it. */
  goTo(item: HTMLElement, block: ScrollLogicalPosition): void {
    item.scrollIntoView({ block });
    this.anchor.take();
  }

  private expected(): HTMLElement[] {
    const items: HTMLElement[] = [];
    const old = this.drawn;
    this.drawn = new Map();
    const use = (key: string, looks: string, draw: () => HTMLElement): void => {
      const known = old.get(key);
      const drawn = known?.looks === looks ? known : { item: draw(), looks };
      if (known && known !== drawn) keepFocus(known.item, drawn.item);
      this.drawn.set(key, drawn);
      items.push(drawn.item);
    };
    const { zone } = this.place;
    let day = "";
    let before = "";
    for (const message of this.log.inOrder()) {
      const at = new Date(message.created_at);
      const name = message.removed ? day : dayName(at, zone);
      if (name !== day) {
        use(`day ${name}`, dayWords(at, zone), () => drawDay(name, dayWords(at, zone)));
        before = "";
      }
      if (this.startsNew(message)) {
        use("new", `${this.newCount} new`, () => drawNewLine(this.newCount));
        before = "";
      }
      const isMore = message.author !== null && message.author.id === before;
      const quoted = message.reply_to ? this.log.byId(message.reply_to) : undefined;
      use(String(message.seq), looksOf(message, isMore, quoted), () => drawMessage(this.place, message, { isMore, quoted }));
      day = name;
      before = message.author?.id ?? "";
    }
    if (!this.log.isAtEnd) return items;
    for (const one of this.outbox.entries) {
      const isMore = before === this.place.me.id;
      use(one.id, `${one.state} ${one.why} ${isMore}`, () => drawUnsent(this.place, one, { isMore }));
      before = this.place.me.id;
    }
    return items.length || !this.empty ? items : [this.empty];
  }

  /** The line stands before the first message that is new to the reader, or before the oldest here when that is older. */
  private startsNew(message: Message): boolean {
    return this.newFrom > 0 && message.seq >= this.newFrom && !this.drawn.has("new")
      && message.author !== null && message.author.id !== this.place.me.id;
  }

  private arrange(items: HTMLElement[]): void {
    const { list } = this.place;
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

function looksOf(message: Message, isMore: boolean, quoted: Message | undefined): string {
  return `${message.rev} ${isMore} ${quoted?.rev ?? ""}`;
}

function keepFocus(from: HTMLElement, to: HTMLElement): void {
  if (from.contains(document.activeElement)) queueMicrotask(() => to.querySelector<HTMLElement>("button, a")?.focus());
}
