// Read marker: reports to the server how far the member has read while the page is in front.
import type { MessageLog } from "../lib/message_log";
import { request } from "../lib/socket";
import { distanceFromEnd, NEAR_END_PIXELS, type RoomContext } from "./context";

const DEBOUNCE_MS = 300;

export class ReadMarker {
  seenSeq: number;
  private sentSeq: number;
  private isPaused = false;
  /** The first unread message while it is not loaded, else 0. */
  private firstMissingSeq: number;
  private sending: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly room: RoomContext, private readonly log: MessageLog) {
    this.sentSeq = Number(room.root.dataset.lastReadSeq ?? 0);
    this.firstMissingSeq = Number(room.root.querySelector<HTMLElement>(".catch-up-bar")?.dataset.firstNew ?? 0);
    this.seenSeq = log.isAtEnd ? log.headSeq : log.newestSeq;
  }

  /** Report that all is read when the reader is at the end, and the first unread message is loaded or was skipped. */
  advance(): void {
    if (this.isMissingUnread || this.isPaused || document.hidden || !this.log.isAtEnd || distanceFromEnd(this.room.scroller) > NEAR_END_PIXELS) return;
    this.seenSeq = Math.max(this.seenSeq, this.log.headSeq);
    clearTimeout(this.timer);
    if (this.log.headSeq > this.sentSeq) this.timer = setTimeout(() => { this.sending = this.send(); }, DEBOUNCE_MS);
  }

  /** Whether unread messages come before what is loaded, and the reader has not chosen to skip them. */
  get isMissingUnread(): boolean {
    if (this.firstMissingSeq && this.log.oldestSeq <= this.firstMissingSeq) this.firstMissingSeq = 0;
    return this.firstMissingSeq > 0;
  }

  /** Skip the unread messages that are not loaded: the reader chose to. */
  skipUnread(): void {
    this.firstMissingSeq = 0;
  }

  /** Report that all loaded so far is read, wherever the reader is. */
  async readThrough(seq: number): Promise<void> {
    this.seenSeq = Math.max(this.seenSeq, seq);
    if (!this.isPaused && seq > this.sentSeq) await this.send(seq);
  }

  /** Stop until the next visit, because the member marked messages as unread. Returns how far they had read. */
  async pause(): Promise<number> {
    clearTimeout(this.timer);
    this.isPaused = true;
    await this.sending;
    return this.sentSeq;
  }

  /** Go on after `pause`: the member took it back. */
  resume(): void {
    this.isPaused = false;
    this.advance();
  }

  private async send(seq = this.log.headSeq): Promise<void> {
    const answer = await request("room.read", { room_id: this.room.roomId, seq }).catch(() => null);
    if (answer?.ok) this.sentSeq = Math.max(this.sentSeq, seq);
  }
}
