// A room's log as this page knows it. Pure: no page, no socket, no clock.

export interface Author { id: string; handle: string }
export interface Sign { emoji: string; count: number; member_ids: string[] }
export interface Message {
  id: string;
  room_id: string;
  seq: number;
  rev: number;
  client_msg_id: string | null;
  author: Author | null;
  body: string | null;
  reply_to: string | null;
  created_at: string;
  edited_at: string | null;
  removed: boolean;
  reactions: Sign[];
}

/** A part of the log as the server answers it; `more` says to ask again from the new place. */
export interface Opened { head_seq: number; head_rev: number; messages: Message[]; changes: Message[]; more: boolean }
export interface Head { head_seq: number; head_rev: number }

/**
 * Posts carry `seq`, posts and changes carry `rev`, both without holes. What follows directly is shown; what comes too
 * early is held until the server filled the gap.
 */
export class Log {
  headSeq = 0;
  headRev = 0;
  private shown = new Map<number, Message>();
  private readonly early = new Map<number, Message>();
  private readonly laterRevs = new Set<number>();
  private sorted: Message[] | null = null;
  /** Whether a first answer is there; before it, nothing can be missing. */
  private begun = false;

  /** Begin with what the page came with. */
  begin(messages: Message[], head: Head): void {
    for (const message of messages) this.put(message);
    this.headSeq = head.head_seq;
    this.headRev = head.head_rev;
    this.begun = true;
  }

  /** Where to go on from; an empty place asks for the newest. */
  place(): { since_seq?: number; since_rev?: number } {
    return this.begun ? { since_seq: this.headSeq, since_rev: this.headRev } : {};
  }

  /** A message that was pushed. */
  arrive(message: Message): void {
    if (this.shown.has(message.seq) || message.seq <= this.headSeq) this.change(message);
    else if (this.begun && message.seq === this.headSeq + 1) { this.put(message); this.headSeq = message.seq; }
    else this.hold(message);
    this.laterRevs.add(message.rev);
    this.settle();
  }

  /** An answer to `place`; true when there is more to ask for. */
  take(opened: Opened): boolean {
    for (const message of opened.changes) this.change(message);
    for (const message of opened.messages) { this.put(message); this.headSeq = Math.max(this.headSeq, message.seq); }
    const onlyChanges = opened.more && opened.messages.length === 0 && opened.changes.length > 0;
    const upto = onlyChanges ? Math.max(...opened.changes.map((message) => message.rev)) : opened.head_rev;
    this.headRev = Math.max(this.headRev, upto);
    if (!opened.more) this.headSeq = Math.max(this.headSeq, opened.head_seq);
    this.begun = true;
    this.settle();
    return opened.more;
  }

  /** Older messages, from history. */
  prepend(messages: Message[]): void {
    for (const message of messages) this.put(message);
  }

  /** Whether something came that does not follow directly. */
  get hasGap(): boolean { return this.early.size > 0 || this.laterRevs.size > 0; }

  /** Whether the server is further on than this page. */
  isBehind(head: Head): boolean { return head.head_seq > this.headSeq || head.head_rev > this.headRev; }

  /** All that is known, in order. */
  inOrder(): readonly Message[] {
    this.sorted ??= [...this.shown.values()].sort((a, b) => a.seq - b.seq);
    return this.sorted;
  }

  /** The `seq` of the oldest message here, 0 when there is none. */
  get oldestSeq(): number { return this.inOrder()[0]?.seq ?? 0; }

  byId(id: string): Message | undefined { return this.inOrder().find((message) => message.id === id); }

  hasOwn(clientMsgId: string): boolean { return this.inOrder().some((message) => message.client_msg_id === clientMsgId); }

  private put(message: Message): void {
    const known = this.shown.get(message.seq);
    if (known && known.rev > message.rev) return;
    this.shown.set(message.seq, message);
    this.sorted = null;
  }

  private hold(message: Message): void {
    const known = this.early.get(message.seq);
    if (!known || known.rev < message.rev) this.early.set(message.seq, message);
  }

  /** What is older than the oldest here comes as it is when history is read. */
  private change(message: Message): void {
    if (this.shown.has(message.seq)) this.put(message);
  }

  private settle(): void {
    for (let next = this.early.get(this.headSeq + 1); next; next = this.early.get(this.headSeq + 1)) {
      this.put(next);
      this.headSeq = next.seq;
    }
    for (const [seq, message] of this.early) if (seq <= this.headSeq) { this.change(message); this.early.delete(seq); }
    while (this.laterRevs.has(this.headRev + 1)) this.headRev += 1;
    for (const rev of this.laterRevs) if (rev <= this.headRev) this.laterRevs.delete(rev);
  }
}
