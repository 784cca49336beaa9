// Keeps a room's log in step with the server: opens it, takes what is pushed, and asks again for what is missing.
import { send } from "../lib/http";
import type { Head, Log, Message, Opened } from "../lib/log";
import { ask, socket } from "../lib/socket";

/** How long a gap may close by itself before the server is asked, in milliseconds. */
const GAP_PATIENCE = 250;
const RETRY_PAUSE = 3000;
const HISTORY_PAGE = 50;

interface Listeners {
  /** The log has something new. */
  changed(): void;
  /** The log is as far on as the server. */
  caughtUp(): void;
  typing(memberId: string): void;
  /** What the room keeps in view may look different. */
  pinned(): void;
}

export class Sync {
  private opening = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading: Promise<unknown> = Promise.resolve();

  constructor(private readonly roomId: string, private readonly log: Log, private readonly listeners: Listeners) {}

  start(): void {
    socket.on("connect", () => void this.open());
    socket.on("message.posted", (message: Message) => this.arrived(message));
    socket.on("message.changed", (message: Message) => this.arrived(message));
    socket.on("room.head", (head: Head & { room_id: string }) => {
      if (head.room_id === this.roomId && this.log.isBehind(head)) void this.open();
    });
    socket.on("room.typing", (sign: { room_id: string; member_id: string }) => {
      if (sign.room_id === this.roomId) this.listeners.typing(sign.member_id);
    });
    if (socket.connected) void this.open();
  }

  /** Load the page of history before the oldest message here. */
  older(): Promise<void> {
    return this.inTurn(() => this.log.oldestSeq > this.log.beginning ? this.history(`before_seq=${this.log.oldestSeq}`) : undefined);
  }

  /** Load the page of history after the newest message in order, when that is not the end. */
  newer(): Promise<void> {
    return this.inTurn(() => this.log.isAtEnd ? undefined : this.history(`after_seq=${this.log.newestSeq}`));
  }

  /** Go to the end of the log. */
  newest(): Promise<void> {
    return this.inTurn(() => this.log.isAtEnd ? undefined : this.history("", () => this.log.readOn()));
  }

  /** One page after another: each begins where the one before has ended. */
  private inTurn(load: () => Promise<void> | undefined): Promise<void> {
    const turn = this.loading.then(load);
    this.loading = turn.catch(() => undefined);
    return turn;
  }

  private async history(part: string, then = (): void => undefined): Promise<void> {
    const path = `/rooms/${this.roomId}/messages?limit=${HISTORY_PAGE}&${part}`;
    this.log.fill((await send<{ messages: Message[] }>("GET", path)).messages);
    then();
    this.listeners.changed();
  }

  private arrived(message: Message): void {
    if (message.room_id !== this.roomId) return;
    const isPinned = this.log.byId(message.id)?.pinned ?? false;
    this.log.arrive(message);
    this.listeners.changed();
    if (message.pinned || isPinned) this.listeners.pinned();
    if (this.log.hasGap) this.later(GAP_PATIENCE * (1 + Math.random()));
  }

  /** Ask for everything after the place where the log stands, page by page. */
  private async open(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    try {
      for (let more = true; more;) {
        const answer = await ask<Opened>("room.open", { room_id: this.roomId, ...this.log.place() });
        if (!answer.ok) return this.refused(answer.error);
        more = this.log.take(answer);
        this.listeners.changed();
      }
      this.listeners.caughtUp();
    } catch {
      if (socket.connected) this.later(RETRY_PAUSE);
    } finally {
      this.opening = false;
    }
  }

  private refused(error: { code: string; retry_after?: number }): void {
    if (error.code === "not_found") location.assign("/rooms");
    else this.later((error.retry_after ?? 5) * 1000);
  }

  private later(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (socket.connected) void this.open(); }, pause);
  }
}
