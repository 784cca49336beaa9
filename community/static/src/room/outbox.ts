// What was written and is not in the log yet. It keeps its id over every retry and over a reload of the page.
import { keep, kept } from "../lib/kept";
import { ask, socket } from "../lib/socket";

export interface Unsent {
  id: string;
  body: string;
  replyTo: string | null;
  at: string;
  state: "sending" | "waiting" | "sent" | "failed";
  why: string;
  /** Its place in the log, once it has one. */
  seq: number;
}

interface Stored { message: { id: string; seq: number; rev: number; created_at: string }; duplicate: boolean }

const MOST_TRIES = 3;

export class Outbox {
  entries: Unsent[];
  private isBusy = false;

  /** `changed` is called whenever something here looks different. */
  constructor(private readonly roomId: string, private readonly key: string, private readonly changed: () => void) {
    this.entries = restored(key);
  }

  add(body: string, replyTo: string | null): void {
    this.entries.push({ id: crypto.randomUUID(), body, replyTo, at: new Date().toISOString(), state: "waiting", why: "", seq: 0 });
    this.tell();
    void this.flush();
  }

  again(id: string): void {
    const entry = this.entries.find((one) => one.id === id);
    if (entry) entry.state = "waiting";
    this.tell();
    void this.flush();
  }

  /** Give the words back and forget the entry. */
  takeBack(id: string): string {
    const entry = this.entries.find((one) => one.id === id);
    this.entries = this.entries.filter((one) => one !== entry);
    this.tell();
    return entry?.body ?? "";
  }

  /** Let go of what is in the log now. */
  settle(isInLog: (entry: Unsent) => boolean): void {
    const left = this.entries.filter((one) => !isInLog(one));
    if (left.length === this.entries.length) return;
    this.entries = left;
    this.save();
  }

  /** Send what waits, one after another, so that it arrives in the order it was written. */
  async flush(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let entry = this.next(); entry && socket.connected; entry = this.next()) {
        if (!await this.send(entry)) break;
      }
    } finally {
      this.isBusy = false;
    }
  }

  /** Try one entry; false when the rest has to wait. */
  private async send(entry: Unsent): Promise<boolean> {
    entry.state = "sending";
    this.tell();
    for (let tries = 1; ; tries += 1) {
      try {
        const body = { room_id: this.roomId, client_msg_id: entry.id, body: entry.body };
        const answer = await ask<Stored>("message.send", entry.replyTo ? { ...body, reply_to: entry.replyTo } : body);
        if (answer.ok) return this.end(entry, { state: "sent", at: answer.message.created_at, seq: answer.message.seq });
        const pause = answer.error.retry_after;
        if (answer.error.help) document.getElementById("lines")?.showPopover();
        if (pause === undefined) return this.end(entry, { state: "failed", why: words(answer.error) });
        setTimeout(() => void this.flush(), pause * 1000 + 100);
        return !this.end(entry, { state: "waiting" });
      } catch {
        if (!socket.connected) return !this.end(entry, { state: "waiting" });
        if (tries === MOST_TRIES) return this.end(entry, { state: "failed", why: "Not sent" });
      }
    }
  }

  private end(entry: Unsent, outcome: Partial<Unsent>): true {
    Object.assign(entry, outcome);
    this.tell();
    return true;
  }

  private next(): Unsent | undefined {
    return this.entries.find((one) => one.state === "waiting");
  }

  private tell(): void {
    this.save();
    this.changed();
  }

  private save(): void {
    const open = this.entries.filter((one) => one.state !== "sent");
    keep(this.key, open.length ? JSON.stringify(open) : "");
  }
}

function restored(key: string): Unsent[] {
  try {
    const entries = JSON.parse(kept(key) || "[]") as Unsent[];
    return entries.map((one) => ({ ...one, state: one.state === "failed" ? "failed" : "waiting" }));
  } catch {
    return [];
  }
}

function words(error: { detail: string; errors?: Record<string, string[]> }): string {
  return Object.values(error.errors ?? {})[0]?.[0] ?? error.detail;
}
