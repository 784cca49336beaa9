// Keeps what the reader sees in place when content is added or grows around it: history, reactions, late styles.
// The browser's own anchoring is off, because it supports neither a log that grows upwards nor following its end.
import { distanceFromEnd, NEAR_END_PIXELS, type RoomContext } from "./context";

export class ScrollAnchor {
  private item: Element | null = null;
  private top = 0;

  constructor(private readonly room: RoomContext, private readonly isAway: () => boolean) {
    room.scroller.addEventListener("scroll", () => this.capture(), { passive: true });
    new ResizeObserver(() => this.restore()).observe(room.list);
  }

  /** Note the first visible message, or none at the end, which stays in view by itself. */
  capture(): void {
    this.item = this.isAway() || distanceFromEnd(this.room.scroller) > NEAR_END_PIXELS ? this.firstVisible() : null;
    this.top = this.item ? this.offset(this.item) : 0;
  }

  /** Scroll what was noted back to where it was. */
  restore(): void {
    if (!this.item?.isConnected) return this.capture();
    const moved = this.offset(this.item) - this.top;
    if (moved) this.room.scroller.scrollTop += moved;
  }

  private offset(item: Element): number {
    return item.getBoundingClientRect().top - this.room.scroller.getBoundingClientRect().top;
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
