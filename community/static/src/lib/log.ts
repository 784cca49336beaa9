// A room's log as this page knows it. Pure: no page, no socket.

export interface Message {
  id: string; room_id: string; seq: number; rev: number; client_msg_id: string | null;
  author: { id: string; handle: string } | null; body: string | null; reply_to: string | null;
  created_at: string; edited_at: string | null; removed: boolean;
}

/** What became of a message that arrived: shown, known already, or something before it is missing. */
export type Arrival = "new" | "changed" | "old" | "gap";

export class Log {
  readonly messages = new Map<number, Message>();
  headSeq = 0;
  headRev = 0;

  /** A message from the server. After a gap, ask for what is missing and take that first. */
  arrive(message: Message): Arrival {
    const known = this.messages.get(message.seq);
    if (known) {
      if (known.rev >= message.rev) return "old";
      if (message.rev > this.headRev + 1) return "gap";
      this.take(message);
      return "changed";
    }
    if (message.seq > this.headSeq + 1 || message.rev > this.headRev + 1) return "gap";
    this.take(message);
    return "new";
  }

  /** A message that the server gave as an answer: no gap is looked for. */
  take(message: Message): void {
    const known = this.messages.get(message.seq);
    if (!known || known.rev <= message.rev) this.messages.set(message.seq, message);
    this.headSeq = Math.max(this.headSeq, message.seq);
    this.headRev = Math.max(this.headRev, message.rev);
  }

  /** All that is known, in order. */
  inOrder(): Message[] { return [...this.messages.values()].sort((a, b) => a.seq - b.seq); }

  get oldestKnown(): number { return Math.min(...this.messages.keys()); }
}
