// A room, live. Without this script the page shows its messages and the form posts.
import { Log } from "../lib/log";
import { unsentKey } from "../lib/unsent";
import { Composer } from "./composer";
import { readMessage } from "./draw";
import { startHistory, Newest } from "./history";
import { startKeys } from "./keys";
import { Marker } from "./marker";
import { startMentions } from "./mentions";
import { Menu } from "./menu";
import { startOffline } from "./offline";
import { Outbox } from "./outbox";
import { startPins } from "./pins";
import type { Place } from "./place";
import { startPresence } from "./presence";
import { Sync } from "./sync";
import { startTyping } from "./typing";
import { View } from "./view";

export function startRoom(place: Place): void {
  const { root, scroller, roomId } = place;
  const log = new Log();
  const outbox = new Outbox(roomId, unsentKey(place.me.id, roomId), () => show());
  const view = new View(place, log, outbox);
  begin(place, log, view);
  const marker = new Marker(place, log);

  const show = (): void => {
    outbox.settle((one) => log.hasOwn(one.id) || (one.seq > 0 && one.seq <= log.headSeq));
    view.show();
  };
  const changed = (): void => {
    const fresh = log.since(marker.seen).filter((message) => message.author && message.author.id !== place.me.id);
    if (document.hidden && fresh[0] && !view.hasNewLine) view.markNew(fresh[0].seq, fresh.length);
    show();
    newest.offer(fresh.length);
    marker.move();
  };
  const pinned = startPins(place);
  const typing = startTyping(place, log);
  const sync = new Sync(roomId, log, { changed, caughtUp: () => caughtUp(), typing, pinned });
  const newest = new Newest(place, log, sync);
  const composer = new Composer(place, log, outbox, () => newest.go());

  // Until it has caught up, what the page was opened for stays where its address put it, unless the reader goes elsewhere.
  let hasMoved = false;
  let hasCaughtUp = false;
  const aim = (): void => {
    if (hasMoved) return;
    const target = findTarget(place);
    if (target) view.goTo(target, "start");
    else if (view.newLine) view.goTo(view.newLine, "center");
  };
  const caughtUp = (): void => {
    aim();
    hasMoved = true;
    if (!hasCaughtUp) quietly(scroller, false);
    hasCaughtUp = true;
    void outbox.flush();
  };

  if (outbox.entries.length) show();
  quietly(scroller, true);
  composer.start();
  startMentions(place);
  const menu = new Menu(place, log, composer, marker);
  menu.start();
  startKeys(place, log, composer, menu);
  startHistory(place, log, sync, quietly);
  startOffline(root);
  startPresence(place);
  findTarget(place)?.classList.add("is-target");
  aim();
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) scroller.addEventListener(kind, () => { hasMoved = true; }, { passive: true });
  scroller.addEventListener("scroll", () => { newest.offer(); marker.move(); }, { passive: true });
  document.addEventListener("visibilitychange", () => marker.move());
  place.list.addEventListener("click", (event) => {
    const { again, back } = (event.target as Element).closest<HTMLElement>("[data-again], [data-back]")?.dataset ?? {};
    if (again) outbox.again(again);
    if (back) composer.putBack(outbox.takeBack(back));
  });
  sync.start();
}

/** Take over what the server drew, wherever in the log it stands. */
function begin(place: Place, log: Log, view: View): void {
  const messages = [...place.list.querySelectorAll<HTMLElement>("li[data-seq]")].map((item) => readMessage(place.roomId, item));
  const { headSeq, headRev, oldestSeq } = place.root.dataset;
  log.begin(messages, { head_seq: Number(headSeq), head_rev: Number(headRev), oldest_seq: Number(oldestSeq) || 1 });
  view.adopt();
}

/** The message that the page was opened for. */
function findTarget({ at, list }: Place): HTMLElement | null {
  return at ? list.querySelector<HTMLElement>(`[data-seq="${at}"]`) : null;
}

let atWork = 0;

/** While much changes at once, screen readers wait: until all that has begun is over. */
function quietly(scroller: HTMLElement, isBusy: boolean): void {
  atWork += isBusy ? 1 : -1;
  scroller.setAttribute("aria-busy", String(atWork > 0));
}
