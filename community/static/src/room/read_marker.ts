// Read marker: reports to the server how far the member has read while the page is in front.
import type { MessageLog } from "../lib/message_log";
import { request } from "../lib/socket";
import { distanceFromEnd, NEAR_END_PIXELS, type RoomContext } from "./context";

const DEBOUNCE_MS = 300;

export class ReadMarker {
  seenSeq: number;
  private sentSeq: number;
  private isPaused = false;
  private sending: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly room: RoomContext, private readonly log: MessageLog) {
    this.sentSeq = Number(room.root.dataset.lastReadSeq ?? 0);
    this.seenSeq = log.isAtEnd ? log.headSeq : log.newestSeq;
  }

  advance(): void {
    if (this.isPaused || document.hidden || !this.log.isAtEnd || distanceFromEnd(this.room.scroller) > NEAR_END_PIXELS) return;
    this.seenSeq = Math.max(this.seenSeq, this.log.headSeq);
    clearTimeout(this.timer);
    if (this.log.headSeq > this.sentSeq) this.timer = setTimeout(() => { this.sending = this.send(); }, DEBOUNCE_MS);
  }

  /** Stop until the next visit, because the member marked messages as unread. Waits for a report on its way. */
  async pause(): Promise<void> {
    clearTimeout(this.timer);
    this.isPaused = true;
    await this.sending;
  }

  private async send(): Promise<void> {
    const seq = this.log.headSeq;
    const answer = await request("room.read", { room_id: this.room.roomId, seq }).catch(() => null);
    if (answer?.ok) this.sentSeq = Math.max(this.sentSeq, seq);
  }
}
