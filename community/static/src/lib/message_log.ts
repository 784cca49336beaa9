// The messages of a room that this page has loaded. Pure: no page, no socket, no clock.

export interface Author { id: string; handle: string }
export interface Reaction { emoji: string; count: number; member_ids: string[] }
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
  reactions: Reaction[];
  pinned: boolean;
  /** The members whom it mentions. Only these names are highlighted. */
  mentions?: Author[];
}

/** The server's answer to `room.open`. `more` asks for another request from the new position. */
export interface OpenedRoom { head_seq: number; head_rev: number; oldest_seq: number; messages: Message[]; changes: Message[]; more: boolean }
export interface Head { head_seq: number; head_rev: number }

/**
 * Posts carry `seq`, posts and changes carry `rev`, both without gaps. A message that follows directly is shown. One that
 * arrives too early is held until the server has filled the gap.
 *
 * A reader may be far from the end. Then `readingSeq` is their position, and `inOrder` returns the messages around it.
 * They grow in both directions as history is loaded, until they reach the end of the log.
 */
export class MessageLog {
  headSeq = 0;
  headRev = 0;
  /** The oldest message that exists. Older ones were removed by the room's retention. */
  retainedFromSeq = 1;
  /** The message around which the reader reads, 0 at the end of the log. */
  private readingSeq = 0;
  private messages = new Map<number, Message>();
  private readonly earlyMessages = new Map<number, Message>();
  private readonly earlyRevs = new Set<number>();
  private sorted: Message[] | null = null;
  /** Set with the first answer. Before it, nothing can be missing. */
  private isInitialized = false;

  /** Start with the messages that came with the page. */
  initialize(messages: Message[], head: Head & { oldest_seq?: number }): void {
    for (const message of messages) this.put(message);
    this.retainedFromSeq = head.oldest_seq ?? 1;
    const last = messages.at(-1)?.seq ?? head.head_seq;
    this.readingSeq = last < head.head_seq ? last : 0;
    this.headSeq = head.head_seq;
    this.headRev = head.head_rev;
    this.isInitialized = true;
  }

  /** Return the position to continue from. An empty one requests the newest messages. */
  position(): { since_seq?: number; since_rev?: number } {
    return this.isInitialized ? { since_seq: this.headSeq, since_rev: this.headRev } : {};
  }

  /** Add a message that was pushed. */
  receive(message: Message): void {
    if (this.messages.has(message.seq) || message.seq <= this.headSeq) this.applyChange(message);
    else if (this.isInitialized && message.seq === this.headSeq + 1) { this.put(message); this.headSeq = message.seq; }
    else this.holdEarly(message);
    this.earlyRevs.add(message.rev);
    this.applyEarly();
  }

  /** Add an answer to a request from `position`. Returns true when there is more to request. */
  applyOpened(opened: OpenedRoom): boolean {
    for (const message of opened.changes) this.applyChange(message);
    for (const message of opened.messages) { this.put(message); this.headSeq = Math.max(this.headSeq, message.seq); }
    const onlyChanges = opened.more && opened.messages.length === 0 && opened.changes.length > 0;
    const rev = onlyChanges ? Math.max(...opened.changes.map((message) => message.rev)) : opened.head_rev;
    this.headRev = Math.max(this.headRev, rev);
    if (!opened.more) this.headSeq = Math.max(this.headSeq, opened.head_seq);
    this.isInitialized = true;
    this.dropBefore(opened.oldest_seq);
    this.applyEarly();
    return opened.more;
  }

  /** Add a page of history that touches the loaded messages, or the newest page. */
  addHistory(messages: Message[]): void {
    for (const message of messages) this.put(message);
    this.sorted = null;
  }

  /** Return to the end of the log. The newest messages may have to be loaded first. */
  returnToEnd(): void {
    this.readingSeq = 0;
    this.sorted = null;
  }

  /** Return whether the messages in order reach the newest one. */
  get isAtEnd(): boolean { return this.newestSeq === this.headSeq; }

  /** Return the `seq` of the newest message in order, 0 without messages. */
  get newestSeq(): number { return this.inOrder().at(-1)?.seq ?? 0; }

  /** Return whether a message or change arrived that does not follow directly. */
  get hasGap(): boolean { return this.earlyMessages.size > 0 || this.earlyRevs.size > 0; }

  /** Return whether the server has messages or changes that this page lacks. */
  isBehind(head: Head): boolean { return head.head_seq > this.headSeq || head.head_rev > this.headRev; }

  /** Return the messages around the reader's position, without a gap. */
  inOrder(): readonly Message[] {
    this.sorted ??= this.contiguousFrom(this.readingSeq || this.headSeq);
    return this.sorted;
  }

  private contiguousFrom(from: number): Message[] {
    const found: Message[] = [];
    for (let seq = from, message = this.messages.get(seq); message; message = this.messages.get(seq -= 1)) found.push(message);
    found.reverse();
    for (let seq = from + 1, message = this.messages.get(seq); message; message = this.messages.get(seq += 1)) found.push(message);
    if (found.at(-1)?.seq === this.headSeq) this.readingSeq = 0;
    return found;
  }

  private dropBefore(oldest: number): void {
    if (oldest <= this.retainedFromSeq) return;
    this.retainedFromSeq = oldest;
    for (const seq of this.messages.keys()) if (seq < oldest) this.messages.delete(seq);
    if (this.readingSeq && this.readingSeq < oldest) this.readingSeq = 0;
    this.sorted = null;
  }

  /** Return the `seq` of the oldest message in order, 0 without messages. */
  get oldestSeq(): number { return this.inOrder()[0]?.seq ?? 0; }

  /** Return every loaded message after a `seq`, in order or not. */
  since(seq: number): Message[] { return [...this.messages.values()].filter((message) => message.seq > seq).sort((a, b) => a.seq - b.seq); }

  byId(id: string): Message | undefined {
    for (const message of this.messages.values()) if (message.id === id) return message;
    return undefined;
  }

  hasOwn(clientMsgId: string): boolean {
    for (const message of this.messages.values()) if (message.client_msg_id === clientMsgId) return true;
    return false;
  }

  private put(message: Message): void {
    const known = this.messages.get(message.seq);
    if (known && known.rev > message.rev) return;
    this.messages.set(message.seq, message);
    this.sorted = null;
  }

  private holdEarly(message: Message): void {
    const known = this.earlyMessages.get(message.seq);
    if (!known || known.rev < message.rev) this.earlyMessages.set(message.seq, message);
  }

  /** Changes to messages that are not loaded are dropped: history brings them in their newest form. */
  private applyChange(message: Message): void {
    if (this.messages.has(message.seq)) this.put(message);
  }

  private applyEarly(): void {
    for (let next = this.earlyMessages.get(this.headSeq + 1); next; next = this.earlyMessages.get(this.headSeq + 1)) {
      this.put(next);
      this.headSeq = next.seq;
    }
    for (const [seq, message] of this.earlyMessages) if (seq <= this.headSeq) { this.applyChange(message); this.earlyMessages.delete(seq); }
    while (this.earlyRevs.has(this.headRev + 1)) this.headRev += 1;
    for (const rev of this.earlyRevs) if (rev <= this.headRev) this.earlyRevs.delete(rev);
  }
}
