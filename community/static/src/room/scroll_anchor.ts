// Keeps what the reader sees in place when content is added or grows around it: history, reactions, late styles.
// The browser's own anchoring is off, because it supports neither a log that grows upwards nor following its end.
import { distanceFromEnd, NEAR_END_PIXELS, type RoomContext } from "./context";

/** Growth below this is a few messages or reactions, not a page of history. */
const MIN_GROWTH_PIXELS = 600;

export class ScrollAnchor {
  private item: Element | null = null;
  private top = 0;
  private height = 0;
  /** By how much the log grew just now, 0 after two frames. */
  private grownBy = 0;

  constructor(private readonly room: RoomContext, private readonly isAway: () => boolean) {
    room.scroller.addEventListener("scroll", () => { this.undoJump(); this.capture(); }, { passive: true });
    new ResizeObserver(() => this.restore()).observe(room.list);
  }

  /** Note the first visible message, or none at the end, which stays in view by itself. */
  capture(): void {
    this.item = this.isAway() || distanceFromEnd(this.room.scroller) > NEAR_END_PIXELS ? this.firstVisible() : null;
    this.top = this.item ? this.offset(this.item) : 0;
    this.height = this.room.scroller.scrollHeight;
  }

  /** Scroll what was noted back to where it was. */
  restore(): void {
    this.noteGrowth();
    if (!this.item?.isConnected) return this.capture();
    const moved = this.offset(this.item) - this.top;
    if (moved) this.room.scroller.scrollTop += moved;
  }

  private noteGrowth(): void {
    const grownBy = this.room.scroller.scrollHeight - this.height;
    if (grownBy < MIN_GROWTH_PIXELS) return;
    this.grownBy = grownBy;
    requestAnimationFrame(() => requestAnimationFrame(() => { this.grownBy = 0; }));
  }

  /**
   * Undo a jump of Chromium's: a wheel or finger that moves while history is added above is applied to the old distance
   * from the start, so that the view leaps over all that was added.
   */
  private undoJump(): void {
    if (!this.grownBy || !this.item?.isConnected || this.offset(this.item) - this.top < this.grownBy / 2) return;
    this.room.scroller.scrollTop += this.grownBy;
    this.grownBy = 0;
  }

  /** On the screen, not in the log: a bar above the log may come and go. */
  private offset(item: Element): number {
    return item.getBoundingClientRect().top;
  }

  private firstVisible(): Element | null {
    const items = this.room.list.querySelectorAll(":scope > [data-seq]");
    const top = this.room.scroller.getBoundingClientRect().top;
    let [from, to] = [0, items.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((items[middle]?.getBoundingClientRect().bottom ?? 0) > top) to = middle;
      else from = middle + 1;
    }
    return items[from] ?? null;
  }
}
