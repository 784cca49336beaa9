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
  pinned: boolean;
  /** Whom it names; those alone are brought out. */
  mentions?: Author[];
}

/** A part of the log as the server answers it; `more` says to ask again from the new place. */
export interface Opened { head_seq: number; head_rev: number; oldest_seq: number; messages: Message[]; changes: Message[]; more: boolean }
export interface Head { head_seq: number; head_rev: number }

/**
 * Posts carry `seq`, posts and changes carry `rev`, both without holes. What follows directly is shown; what comes too
 * early is held until the server filled the gap.
 *
 * Somebody may read far from the end: then `reading` is where, and what is in order is the stretch around it. It grows
 * in both directions as history comes in, and is the end of the log again when it has grown that far.
 */
export class Log {
  headSeq = 0;
  headRev = 0;
  /** The oldest message there is; what stood before it went by the room's retention. */
  beginning = 1;
  /** A place away from the end where somebody reads, 0 at the end. */
  private reading = 0;
  private shown = new Map<number, Message>();
  private readonly early = new Map<number, Message>();
  private readonly laterRevs = new Set<number>();
  private sorted: Message[] | null = null;
  /** Whether a first answer is there; before it, nothing can be missing. */
  private begun = false;

  /** Begin with what the page came with. */
  begin(messages: Message[], head: Head & { oldest_seq?: number }): void {
    for (const message of messages) this.put(message);
    this.beginning = head.oldest_seq ?? 1;
    const last = messages.at(-1)?.seq ?? head.head_seq;
    this.reading = last < head.head_seq ? last : 0;
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
    this.forgetBefore(opened.oldest_seq);
    this.settle();
    return opened.more;
  }

  /** A page of history that touches what is read, or the newest one. */
  fill(messages: Message[]): void {
    for (const message of messages) this.put(message);
    this.sorted = null;
  }

  /** Read at the end again; the newest messages may have to be fetched first. */
  readOn(): void {
    this.reading = 0;
    this.sorted = null;
  }

  /** Whether what is in order goes up to the newest message. */
  get isAtEnd(): boolean { return this.newestSeq === this.headSeq; }

  /** The `seq` of the newest message in order, 0 when there is none. */
  get newestSeq(): number { return this.inOrder().at(-1)?.seq ?? 0; }

  /** Whether something came that does not follow directly. */
  get hasGap(): boolean { return this.early.size > 0 || this.laterRevs.size > 0; }

  /** Whether the server is further on than this page. */
  isBehind(head: Head): boolean { return head.head_seq > this.headSeq || head.head_rev > this.headRev; }

  /** The stretch that is read, without a hole. */
  inOrder(): readonly Message[] {
    this.sorted ??= this.stretch(this.reading || this.headSeq);
    return this.sorted;
  }

  private stretch(from: number): Message[] {
    const found: Message[] = [];
    for (let seq = from, message = this.shown.get(seq); message; message = this.shown.get(seq -= 1)) found.push(message);
    found.reverse();
    for (let seq = from + 1, message = this.shown.get(seq); message; message = this.shown.get(seq += 1)) found.push(message);
    if (found.at(-1)?.seq === this.headSeq) this.reading = 0;
    return found;
  }

  private forgetBefore(oldest: number): void {
    if (oldest <= this.beginning) return;
    this.beginning = oldest;
    for (const seq of this.shown.keys()) if (seq < oldest) this.shown.delete(seq);
    if (this.reading && this.reading < oldest) this.reading = 0;
    this.sorted = null;
  }

  /** The `seq` of the oldest message here, 0 when there is none. */
  get oldestSeq(): number { return this.inOrder()[0]?.seq ?? 0; }

  /** Whatever is known of what came after a place, in order or not. */
  since(seq: number): Message[] { return [...this.shown.values()].filter((message) => message.seq > seq).sort((a, b) => a.seq - b.seq); }

  byId(id: string): Message | undefined {
    for (const message of this.shown.values()) if (message.id === id) return message;
    return undefined;
  }

  hasOwn(clientMsgId: string): boolean {
    for (const message of this.shown.values()) if (message.client_msg_id === clientMsgId) return true;
    return false;
  }

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
