// Keeps a room's log in step with the server: opens it, receives pushes, and requests what is missing.
import { send } from "../lib/http";
import type { Head, MessageLog, Message, OpenedRoom } from "../lib/message_log";
import { request, socket } from "../lib/socket";

/** Milliseconds in which a gap may close by itself before the server is asked. */
const GAP_WAIT_MS = 250;
const RETRY_MS = 3000;
const HISTORY_PAGE = 50;

interface SyncListeners {
  /** The log changed. */
  onChanged(): void;
  /** The log has everything that the server has. */
  onCaughtUp(): void;
  onTyping(memberId: string): void;
  /** The pinned messages may have changed. */
  onPinsChanged(): void;
}

export class RoomSync {
  private isOpening = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading: Promise<unknown> = Promise.resolve();

  constructor(private readonly roomId: string, private readonly log: MessageLog, private readonly listeners: SyncListeners) {}

  start(): void {
    socket.on("connect", () => void this.openRoom());
    socket.on("message.posted", (message: Message) => this.onMessage(message));
    socket.on("message.changed", (message: Message) => this.onMessage(message));
    socket.on("room.head", (head: Head & { room_id: string }) => {
      if (head.room_id === this.roomId && this.log.isBehind(head)) void this.openRoom();
    });
    socket.on("room.typing", (message: { room_id: string; member_id: string }) => {
      if (message.room_id === this.roomId) this.listeners.onTyping(message.member_id);
    });
    if (socket.connected) void this.openRoom();
  }

  /** Load the page of history before the oldest loaded message. */
  loadOlder(): Promise<void> {
    return this.enqueue(() => this.log.oldestSeq > this.log.retainedFromSeq ? this.loadHistory(`before_seq=${this.log.oldestSeq}`) : undefined);
  }

  /** Load the page of history after the newest message in order, unless that is the end. */
  loadNewer(): Promise<void> {
    return this.enqueue(() => this.log.isAtEnd ? undefined : this.loadHistory(`after_seq=${this.log.newestSeq}`));
  }

  /** Load the end of the log. */
  loadNewest(): Promise<void> {
    return this.enqueue(() => this.log.isAtEnd ? undefined : this.loadHistory("", () => this.log.returnToEnd()));
  }

  /** Load pages one after another, because each starts where the one before ended. */
  private enqueue(load: () => Promise<void> | undefined): Promise<void> {
    const next = this.loading.then(load);
    this.loading = next.catch(() => undefined);
    return next;
  }

  private async loadHistory(part: string, then = (): void => undefined): Promise<void> {
    const path = `/rooms/${this.roomId}/messages?limit=${HISTORY_PAGE}&${part}`;
    this.log.addHistory((await send<{ messages: Message[] }>("GET", path)).messages);
    then();
    this.listeners.onChanged();
  }

  private onMessage(message: Message): void {
    if (message.room_id !== this.roomId) return;
    const isPinned = this.log.byId(message.id)?.pinned ?? false;
    this.log.receive(message);
    this.listeners.onChanged();
    if (message.pinned || isPinned) this.listeners.onPinsChanged();
    if (this.log.hasGap) this.openLater(GAP_WAIT_MS * (1 + Math.random()));
  }

  /** Request everything after the log's position, page by page. */
  private async openRoom(): Promise<void> {
    if (this.isOpening) return;
    this.isOpening = true;
    try {
      for (let more = true; more;) {
        const answer = await request<OpenedRoom>("room.open", { room_id: this.roomId, ...this.log.position() });
        if (!answer.ok) return this.onError(answer.error);
        more = this.log.applyOpened(answer);
        this.listeners.onChanged();
      }
      this.listeners.onCaughtUp();
    } catch {
      if (socket.connected) this.openLater(RETRY_MS);
    } finally {
      this.isOpening = false;
    }
  }

  private onError(error: { code: string; retry_after?: number }): void {
    if (error.code === "not_found") location.assign("/rooms");
    else this.openLater((error.retry_after ?? 5) * 1000);
  }

  private openLater(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (socket.connected) void this.openRoom(); }, pause);
  }
}
