// Older and newer pages of a room's history, and the button that returns to the newest message.
import type { MessageLog } from "../lib/message_log";
import { errorText } from "../lib/http";
import { toast } from "../modules/toasts";
import { distanceFromEnd, NEAR_END_PIXELS, type RoomContext } from "./context";
import type { RoomSync } from "./sync";

/**
 * Load a page when the reader presses the button at either end of what is loaded. Returns the function that also loads
 * one when they come near an end: to be called with their first scroll, so that a page stays where it was opened.
 */
export function startHistory(room: RoomContext, log: MessageLog, sync: RoomSync, quietly: (scroller: HTMLElement, isBusy: boolean) => void): () => void {
  const older = room.list.querySelector<HTMLElement>("[data-older]");
  const newer = room.list.querySelector<HTMLElement>("[data-newer]");
  const updateButtons = (): void => {
    if (older) older.hidden = log.oldestSeq <= log.retainedFromSeq;
    if (newer) newer.hidden = log.isAtEnd;
  };
  const load = async (page: () => Promise<void>): Promise<void> => {
    quietly(room.scroller, true);
    await page().catch(() => undefined);
    updateButtons();
    requestAnimationFrame(() => quietly(room.scroller, false));
  };
  const ends: [HTMLElement | null, () => Promise<void>, string][] = [
    [older, () => sync.loadOlder(), "400px 0px 0px"],
    [newer, () => sync.loadNewer(), "0px 0px 400px"],
  ];
  const observers: (() => void)[] = [];
  for (const [row, page, rootMargin] of ends) {
    if (!row) continue;
    row.addEventListener("click", (event) => { event.preventDefault(); void load(page); });
    const observer = new IntersectionObserver(([entry]) => { if (entry?.isIntersecting && !row.hidden) void load(page); },
      { root: room.scroller, rootMargin });
    observers.push(() => observer.observe(row));
  }
  updateButtons();
  return () => { for (const observe of observers.splice(0)) observe(); };
}

/** The arrow that jumps to the newest message, shown while the reader is further up. */
export class JumpToNewest {
  private readonly link: HTMLElement | null;
  private unreadCount = 0;

  constructor(private readonly room: RoomContext, private readonly log: MessageLog, private readonly sync: RoomSync, onChosen: () => void) {
    this.link = room.root.querySelector<HTMLElement>(".jump-to-newest");
    this.link?.addEventListener("click", (event) => { event.preventDefault(); onChosen(); void this.go(); });
  }

  async go(): Promise<void> {
    try {
      await this.sync.loadNewest();
    } catch (error) {
      return toast(errorText(error));
    }
    this.room.scroller.scrollTo({ top: 0 });
    this.update(0);
  }

  update(newCount = this.unreadCount): void {
    if (!this.link) return;
    const isFar = !this.log.isAtEnd || distanceFromEnd(this.room.scroller) > NEAR_END_PIXELS;
    this.unreadCount = isFar ? newCount : 0;
    this.link.hidden = !isFar;
    const count = this.link.querySelector("[data-count]");
    if (count) count.textContent = this.unreadCount ? String(this.unreadCount) : "";
    this.link.setAttribute("aria-label", this.unreadCount ? `${this.unreadCount} new. Jump to the newest` : "Jump to the newest");
  }
}
