// The order of a room's log: in whatever order frames arrive, the page ends with what the server has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageLog, type Message, type OpenedRoom } from "../../community/static/src/lib/message_log";

function message(seq: number, rev: number, body = `words ${seq}`): Message {
  return {
    id: `m${seq}`, room_id: "r", seq, rev, client_msg_id: `c${seq}`, author: { id: "ada", handle: "Ada" }, body,
    reply_to: null, created_at: "2026-11-23T20:00:00Z", edited_at: null, removed: false, reactions: [], pinned: false,
  };
}

function opened(messages: Message[], changes: Message[], head: [number, number], more = false): OpenedRoom {
  return { head_seq: head[0], head_rev: head[1], oldest_seq: 1, messages, changes, more };
}

function begun(): MessageLog {
  const log = new MessageLog();
  log.initialize([message(1, 1), message(2, 2)], { head_seq: 2, head_rev: 2 });
  return log;
}

const seqs = (log: MessageLog): number[] => log.inOrder().map((one) => one.seq);

test("a post that follows is shown, and again changes nothing", () => {
  const log = begun();
  log.receive(message(3, 3));
  log.receive(message(3, 3));
  assert.deepEqual(seqs(log), [1, 2, 3]);
  assert.equal(log.hasGap, false);
});

test("a post that comes too early waits for the one before it", () => {
  const log = begun();
  log.receive(message(4, 4));
  assert.deepEqual(seqs(log), [1, 2]);
  assert.equal(log.hasGap, true);
  log.receive(message(3, 3));
  assert.deepEqual(seqs(log), [1, 2, 3, 4]);
  assert.equal(log.hasGap, false);
});

test("an edit shows at once and an older state of it never comes back", () => {
  const log = begun();
  log.receive(message(1, 3, "edited"));
  log.receive(message(1, 1, "as it was"));
  assert.equal(log.inOrder()[0]?.body, "edited");
  assert.deepEqual(log.position(), { since_seq: 2, since_rev: 3 });
});

test("a missed change is a gap even when the posts are whole", () => {
  const log = begun();
  log.receive(message(3, 4));
  assert.deepEqual(seqs(log), [1, 2, 3]);
  assert.equal(log.hasGap, true);
  assert.deepEqual(log.position(), { since_seq: 3, since_rev: 2 });
  log.applyOpened(opened([], [message(1, 3, "edited"), message(3, 4)], [3, 4]));
  assert.equal(log.hasGap, false);
  assert.equal(log.inOrder()[0]?.body, "edited");
});

test("pages are asked for from where the last one ended", () => {
  const log = begun();
  assert.equal(log.applyOpened(opened([message(3, 5)], [message(1, 4)], [4, 6], true)), true);
  assert.deepEqual(log.position(), { since_seq: 3, since_rev: 6 });
  assert.equal(log.applyOpened(opened([message(4, 6)], [], [4, 6])), false);
  assert.deepEqual(seqs(log), [1, 2, 3, 4]);
});

test("a page of changes alone goes on from its last change", () => {
  const log = begun();
  log.applyOpened(opened([], [message(1, 7), message(2, 9)], [50, 400], true));
  assert.deepEqual(log.position(), { since_seq: 2, since_rev: 9 });
});

test("what is pushed before the first answer is shown after it", () => {
  const log = new MessageLog();
  log.receive(message(52, 52));
  assert.deepEqual(log.position(), {});
  log.applyOpened(opened([message(50, 50), message(51, 51)], [], [51, 51]));
  assert.deepEqual(seqs(log), [50, 51, 52]);
  assert.equal(log.hasGap, false);
});

test("the server's head tells of a lost tail", () => {
  const log = begun();
  assert.equal(log.isBehind({ head_seq: 2, head_rev: 2 }), false);
  assert.equal(log.isBehind({ head_seq: 3, head_rev: 3 }), true);
  assert.equal(log.isBehind({ head_seq: 2, head_rev: 3 }), true);
});

test("any order of frames with a final answer ends the same", () => {
  const frames = [message(3, 3), message(4, 4), message(1, 5, "edited"), message(5, 6), message(4, 7, "edited")];
  for (const order of permutations(frames)) {
    const log = begun();
    for (const frame of order) log.receive(frame);
    if (log.hasGap) log.applyOpened(opened(log.headSeq < 5 ? [message(5, 6)] : [], frames, [5, 7]));
    assert.deepEqual(log.inOrder().map((one) => [one.seq, one.rev]), [[1, 5], [2, 2], [3, 3], [4, 7], [5, 6]]);
  }
});

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) => permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]));
}

test("who reads far up has a stretch without a hole, which grows both ways until it meets the end", () => {
  const log = new MessageLog();
  log.initialize([message(50, 50), message(51, 51)], { head_seq: 55, head_rev: 55 });
  assert.deepEqual([seqs(log), log.isAtEnd, log.newestSeq], [[50, 51], false, 51]);
  log.receive(message(56, 56));
  assert.deepEqual([seqs(log), log.headSeq, log.hasGap], [[50, 51], 56, false]);
  assert.deepEqual(log.since(55).map((one) => one.seq), [56]);
  log.receive(message(50, 57, "mended"));
  assert.equal(log.inOrder()[0]?.body, "mended");
  log.addHistory([message(48, 48), message(49, 49)]);
  log.addHistory([message(52, 52), message(53, 53)]);
  assert.deepEqual(seqs(log), [48, 49, 50, 51, 52, 53]);
  log.addHistory([message(54, 54), message(55, 55)]);
  assert.deepEqual([seqs(log).at(-1), log.isAtEnd], [56, true]);
});

test("the way to the newest leaves what was read, and shows the end", () => {
  const log = new MessageLog();
  log.initialize([message(5, 5)], { head_seq: 90, head_rev: 90 });
  log.addHistory([message(89, 89), message(90, 90)]);
  assert.deepEqual(seqs(log), [5]);
  log.returnToEnd();
  assert.deepEqual([seqs(log), log.isAtEnd], [[89, 90], true]);
});

test("what the room's retention took is gone here too", () => {
  const log = begun();
  log.applyOpened({ ...opened([message(3, 3)], [], [3, 3]), oldest_seq: 3 });
  assert.deepEqual([seqs(log), log.retainedFromSeq], [[3], 3]);
});
