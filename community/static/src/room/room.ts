// A live room. Without this script the page shows its messages and the form posts.
import { MessageLog } from "../lib/message_log";
import { unsentKey } from "../lib/drafts";
import { Composer } from "./composer";
import { readMessage } from "./render";
import { startCatchUpBar } from "./catch_up_bar";
import { startHistory, JumpToNewest } from "./history";
import { startKeyboard } from "./keyboard";
import { ReadMarker } from "./read_marker";
import { startMentionAutocomplete } from "./mention_autocomplete";
import { MessageMenu } from "./message_menu";
import { startOffline } from "./offline_banner";
import { Outbox } from "./outbox";
import { startPins } from "./pins";
import type { RoomContext } from "./context";
import { startPresence } from "./presence";
import { startSwipeReply } from "./swipe_reply";
import { RoomSync } from "./sync";
import { startTyping } from "./typing";
import { MessageList } from "./message_list";

export function startRoom(room: RoomContext): void {
  const { root, scroller, roomId } = room;
  const log = new MessageLog();
  const outbox = new Outbox(roomId, unsentKey(room.me.id, roomId), () => render(), (entry) => void marker.readThrough(entry.readSeq));
  const view = new MessageList(room, log, outbox);
  adoptServerMessages(room, log, view);
  const marker = new ReadMarker(room, log);

  const render = (): void => {
    outbox.removeSent((entry) => log.hasOwn(entry.id) || (entry.seq > 0 && entry.seq <= log.headSeq));
    view.show();
  };
  const onChanged = (): void => {
    const newMessages = log.since(marker.seenSeq).filter((message) => message.author && message.author.id !== room.me.id);
    if (document.hidden && newMessages[0] && !view.hasNewLine) view.markNew(newMessages[0].seq, newMessages.length);
    render();
    jump.update(newMessages.length);
    updateCatchUpBar();
    marker.advance();
  };
  /** Treat all that came before as read: the reader went on to the end, or wrote there. */
  const skipUnread = (): void => {
    marker.skipUnread();
    updateCatchUpBar();
  };
  const updateCatchUpBar = startCatchUpBar(room, marker, () => { skipUnread(); void marker.readThrough(log.headSeq); });
  const onPinsChanged = startPins(room);
  const onTyping = startTyping(room, log);
  const sync = new RoomSync(roomId, log, { onChanged, onCaughtUp: () => onCaughtUp(), onTyping, onPinsChanged });
  const jump = new JumpToNewest(room, log, sync, skipUnread);
  const onWritten = (): void => {
    skipUnread();
    view.markNew(0, 0);
    render();
    void jump.go();
  };
  const composer = new Composer(room, log, outbox, onWritten);

  // Until the log has caught up, the target of the address stays in view, unless the reader scrolls.
  let hasScrolled = false;
  let hasCaughtUp = false;
  const scrollToTarget = (): void => {
    if (hasScrolled) return;
    const target = findTarget(room);
    if (target) view.goTo(target, "start");
    else if (view.newLine) view.goTo(view.newLine, "center");
  };
  const onCaughtUp = (): void => {
    scrollToTarget();
    hasScrolled = true;
    if (!hasCaughtUp) setBusy(scroller, false);
    hasCaughtUp = true;
    void outbox.flush();
  };

  if (outbox.entries.length) {
    const readSeq = Math.max(...outbox.entries.map((entry) => entry.readSeq || 0));
    const newer = log.since(readSeq).filter((message) => message.author && message.author.id !== room.me.id);
    if (readSeq) { skipUnread(); view.markNew(newer[0]?.seq ?? 0, newer.length); }
    render();
  }
  setBusy(scroller, true);
  composer.start();
  startMentionAutocomplete(room);
  const menu = new MessageMenu(room, log, composer, marker);
  menu.start();
  startSwipeReply(room, (item) => menu.reply(item));
  startKeyboard(room, log, composer, menu);
  const watchEnds = startHistory(room, log, sync, setBusy);
  startOffline(root);
  startPresence(room);
  findTarget(room)?.classList.add("is-target");
  scrollToTarget();
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) scroller.addEventListener(kind, () => { hasScrolled = true; watchEnds(); }, { passive: true });
  scroller.addEventListener("scroll", () => { jump.update(); marker.advance(); }, { passive: true });
  document.addEventListener("visibilitychange", () => marker.advance());
  room.list.addEventListener("click", (event) => {
    const { retry, discard } = (event.target as Element).closest<HTMLElement>("[data-retry], [data-discard]")?.dataset ?? {};
    if (retry) outbox.retry(retry);
    if (discard) composer.restoreText(outbox.discard(discard));
  });
  sync.start();
}

/** Fill the log with the messages that the server rendered, wherever in the log they are. */
function adoptServerMessages(room: RoomContext, log: MessageLog, view: MessageList): void {
  const messages = [...room.list.querySelectorAll<HTMLElement>("li[data-seq]")].map((item) => readMessage(room.roomId, item));
  const { headSeq, headRev, oldestSeq } = room.root.dataset;
  log.initialize(messages, { head_seq: Number(headSeq), head_rev: Number(headRev), oldest_seq: Number(oldestSeq) || 1 });
  view.adoptServerItems();
}

/** Return the message that the page was opened for. */
function findTarget({ targetSeq: at, list }: RoomContext): HTMLElement | null {
  return at ? list.querySelector<HTMLElement>(`[data-seq="${at}"]`) : null;
}

let busyCount = 0;

/** Count what is loading. Screen readers wait until all of it is done. */
function setBusy(scroller: HTMLElement, isBusy: boolean): void {
  busyCount += isBusy ? 1 : -1;
  scroller.setAttribute("aria-busy", String(busyCount > 0));
}
