// Tells the server how far this person has read: what they see at the end of the log while the page is in front.
import type { Log } from "../lib/log";
import { ask } from "../lib/socket";
import { distance, READING_ALONG, type Place } from "./place";

const PAUSE = 300;

export class Marker {
  seen: number;
  private told: number;
  private isHeld = false;
  private telling: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly place: Place, private readonly log: Log) {
    this.told = Number(place.root.dataset.lastReadSeq ?? 0);
    this.seen = log.isAtEnd ? log.headSeq : log.newestSeq;
  }

  move(): void {
    if (this.isHeld || document.hidden || !this.log.isAtEnd || distance(this.place.scroller) > READING_ALONG) return;
    this.seen = Math.max(this.seen, this.log.headSeq);
    clearTimeout(this.timer);
    if (this.log.headSeq > this.told) this.timer = setTimeout(() => { this.telling = this.tell(); }, PAUSE);
  }

  /** Somebody marks something unread: it stays so until they come back, whatever is on its way to the server now. */
  async hold(): Promise<void> {
    clearTimeout(this.timer);
    this.isHeld = true;
    await this.telling;
  }

  private async tell(): Promise<void> {
    const seq = this.log.headSeq;
    const answer = await ask("room.read", { room_id: this.place.roomId, seq }).catch(() => null);
    if (answer?.ok) this.told = Math.max(this.told, seq);
  }
}
