// Messages that are not in the log yet. Each keeps its id over every retry and over a reload of the page.
import { storeText, loadText } from "../lib/storage";
import { request, socket } from "../lib/socket";

export interface Unsent {
  id: string;
  body: string;
  replyTo: string | null;
  at: string;
  state: "sending" | "waiting" | "sent" | "failed";
  reason: string;
  /** The number of the sent message in the log, 0 before. */
  seq: number;
  /** The newest message that its author had read when writing it, 0 when they were not at the end. */
  readSeq: number;
}

interface SentMessage { message: { id: string; seq: number; rev: number; created_at: string }; duplicate: boolean }

const MAX_ATTEMPTS = 3;

export class Outbox {
  entries: Unsent[];
  private isSending = false;

  /** `changed` is called whenever an entry has to be rendered again, `sent` once it is stored. */
  constructor(private readonly roomId: string, private readonly key: string, private readonly changed: () => void, private readonly sent: (entry: Unsent) => void) {
    this.entries = loadEntries(key);
  }

  add(body: string, { replyTo, readSeq }: { replyTo: string | null; readSeq: number }): void {
    this.entries.push({ id: crypto.randomUUID(), body, replyTo, at: new Date().toISOString(), state: "waiting", reason: "", seq: 0, readSeq });
    this.saveAndNotify();
    void this.flush();
  }

  retry(id: string): void {
    const entry = this.entries.find((other) => other.id === id);
    if (entry) entry.state = "waiting";
    this.saveAndNotify();
    void this.flush();
  }

  /** Remove an entry and return its text. */
  discard(id: string): string {
    const entry = this.entries.find((other) => other.id === id);
    this.entries = this.entries.filter((other) => other !== entry);
    this.saveAndNotify();
    return entry?.body ?? "";
  }

  /** Remove the entries that are in the log now. */
  removeSent(isInLog: (entry: Unsent) => boolean): void {
    const remaining = this.entries.filter((entry) => !isInLog(entry));
    if (remaining.length === this.entries.length) return;
    this.entries = remaining;
    this.save();
  }

  /** Send the waiting entries one after another, which keeps their order. */
  async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (let entry = this.nextWaiting(); entry && socket.connected; entry = this.nextWaiting()) {
        if (!await this.send(entry)) break;
      }
    } finally {
      this.isSending = false;
    }
  }

  /** Send one entry. Returns false when the rest has to wait. */
  private async send(entry: Unsent): Promise<boolean> {
    entry.state = "sending";
    this.saveAndNotify();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const body = { room_id: this.roomId, client_msg_id: entry.id, body: entry.body };
        const answer = await request<SentMessage>("message.send", entry.replyTo ? { ...body, reply_to: entry.replyTo } : body);
        if (answer.ok) {
          this.sent(entry);
          return this.finish(entry, { state: "sent", at: answer.message.created_at, seq: answer.message.seq });
        }
        const retryAfter = answer.error.retry_after;
        if (answer.error.help) document.getElementById("lines")?.showPopover();
        if (retryAfter === undefined) return this.finish(entry, { state: "failed", reason: errorMessage(answer.error) });
        setTimeout(() => void this.flush(), retryAfter * 1000 + 100);
        return !this.finish(entry, { state: "waiting" });
      } catch {
        if (!socket.connected) return !this.finish(entry, { state: "waiting" });
        if (attempt === MAX_ATTEMPTS) return this.finish(entry, { state: "failed", reason: "Not sent" });
      }
    }
  }

  private finish(entry: Unsent, outcome: Partial<Unsent>): true {
    Object.assign(entry, outcome);
    this.saveAndNotify();
    return true;
  }

  private nextWaiting(): Unsent | undefined {
    return this.entries.find((entry) => entry.state === "waiting");
  }

  private saveAndNotify(): void {
    this.save();
    this.changed();
  }

  private save(): void {
    const open = this.entries.filter((entry) => entry.state !== "sent");
    storeText(this.key, open.length ? JSON.stringify(open) : "");
  }
}

function loadEntries(key: string): Unsent[] {
  try {
    const entries = JSON.parse(loadText(key) || "[]") as Unsent[];
    return entries.map((entry) => ({ ...entry, state: entry.state === "failed" ? "failed" : "waiting" }));
  } catch {
    return [];
  }
}

function errorMessage(error: { detail: string; errors?: Record<string, string[]> }): string {
  return Object.values(error.errors ?? {})[0]?.[0] ?? error.detail;
}
