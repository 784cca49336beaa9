// What the reader has in sight stays where it is, whatever comes or grows around it: a page of history, a sign, late styles.
// The browser's own anchoring is off here: it knows nothing of a log that grows upwards, nor of who reads along at its end.
import { distance, READING_ALONG, type Place } from "./place";

export class Anchor {
  private item: Element | null = null;
  private top = 0;

  constructor(private readonly place: Place, private readonly isAway: () => boolean) {
    place.scroller.addEventListener("scroll", () => this.take(), { passive: true });
    new ResizeObserver(() => this.hold()).observe(place.list);
  }

  /** Note what is in sight now. For who reads along it is nothing: the end stays in view by itself. */
  take(): void {
    this.item = this.isAway() || distance(this.place.scroller) > READING_ALONG ? this.firstInSight() : null;
    this.top = this.item ? this.offset(this.item) : 0;
  }

  /** Put what was noted back to where it was. */
  hold(): void {
    if (!this.item?.isConnected) return this.take();
    const moved = this.offset(this.item) - this.top;
    if (moved) this.place.scroller.scrollTop += moved;
  }

  private offset(item: Element): number {
    return item.getBoundingClientRect().top - this.place.scroller.getBoundingClientRect().top;
  }

  private firstInSight(): Element | null {
    const items = this.place.list.querySelectorAll(":scope > [data-seq]");
    const top = this.place.scroller.getBoundingClientRect().top;
    let [from, to] = [0, items.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((items[middle]?.getBoundingClientRect().bottom ?? 0) > top) to = middle;
      else from = middle + 1;
    }
    return items[from] ?? null;
  }
}
