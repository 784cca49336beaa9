// Reading back and on: pages of history come when somebody reads up to them, and the way back to the newest words.
import type { Log } from "../lib/log";
import { wordsFor } from "../lib/http";
import { toast } from "../modules/toasts";
import { distance, READING_ALONG, type Place } from "./place";
import type { Sync } from "./sync";

/** Pages come when somebody reads up to either end of what is there, or by the buttons there. */
export function startHistory(place: Place, log: Log, sync: Sync, quietly: (scroller: HTMLElement, isBusy: boolean) => void): void {
  const older = place.list.querySelector<HTMLElement>("[data-older]");
  const newer = place.list.querySelector<HTMLElement>("[data-newer]");
  const settle = (): void => {
    if (older) older.hidden = log.oldestSeq <= log.beginning;
    if (newer) newer.hidden = log.isAtEnd;
  };
  const load = async (page: () => Promise<void>): Promise<void> => {
    quietly(place.scroller, true);
    await page().catch(() => undefined);
    settle();
    requestAnimationFrame(() => quietly(place.scroller, false));
  };
  const ends: [HTMLElement | null, () => Promise<void>, string][] = [
    [older, () => sync.older(), "400px 0px 0px"],
    [newer, () => sync.newer(), "0px 0px 400px"],
  ];
  for (const [row, page, rootMargin] of ends) {
    if (!row) continue;
    row.addEventListener("click", (event) => { event.preventDefault(); void load(page); });
    new IntersectionObserver(([entry]) => { if (entry?.isIntersecting && !row.hidden) void load(page); },
      { root: place.scroller, rootMargin }).observe(row);
  }
  settle();
}

/** The way back to the newest words, for who reads further up. */
export class Newest {
  private readonly link: HTMLElement | null;
  private below = 0;

  constructor(private readonly place: Place, private readonly log: Log, private readonly sync: Sync) {
    this.link = place.root.querySelector<HTMLElement>(".to-newest");
    this.link?.addEventListener("click", (event) => { event.preventDefault(); void this.go(); });
  }

  async go(): Promise<void> {
    try {
      await this.sync.newest();
    } catch (error) {
      return toast(wordsFor(error));
    }
    this.place.scroller.scrollTo({ top: 0 });
    this.offer(0);
  }

  offer(fresh = this.below): void {
    if (!this.link) return;
    const isFar = !this.log.isAtEnd || distance(this.place.scroller) > READING_ALONG;
    this.below = isFar ? fresh : 0;
    this.link.hidden = !isFar;
    const words = this.link.querySelector("span");
    if (words) words.textContent = this.below ? `${this.below} new below` : "Newest";
  }
}
