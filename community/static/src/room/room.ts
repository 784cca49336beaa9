// A room, live. Without this script the page shows its messages and the form posts.
import { Log } from "../lib/log";
import { ask, socket } from "../lib/socket";
import { Composer } from "./composer";
import { readMessage } from "./draw";
import { Menu } from "./menu";
import { Outbox } from "./outbox";
import { distance, type Place } from "./place";
import { Sync } from "./sync";
import { READING_ALONG, View } from "./view";

const OFFLINE_AFTER = 2500;
const TYPING_LASTS = 5000;

export function startRoom(place: Place): void {
  const { root, scroller, roomId } = place;
  const log = new Log();
  const outbox = new Outbox(roomId, `unsent:${place.me.id}:${roomId}`, () => show());
  const view = new View(place, log, outbox);
  const marker = new Marker(place, log);
  const newest = new Newest(place);

  const show = (): void => {
    outbox.settle((one) => log.hasOwn(one.id) || (one.seq > 0 && one.seq <= log.headSeq));
    view.show();
  };
  const changed = (): void => {
    const head = marker.seen;
    const fresh = log.inOrder().filter((message) => message.seq > head && message.author && message.author.id !== place.me.id);
    if (document.hidden && fresh[0] && !view.hasNewLine) view.markNew(fresh[0].seq, fresh.length);
    show();
    newest.offer(fresh.length);
    marker.move();
  };
  const typing = startTyping(place, log);
  const sync = new Sync(roomId, log, { changed, caughtUp: () => { quietly(scroller, false); void outbox.flush(); }, typing });
  const composer = new Composer(place, outbox, () => { scroller.scrollTop = 0; });

  begin(place, log, view);
  if (outbox.entries.length) show();
  quietly(scroller, true);
  composer.start();
  new Menu(place, log, composer).start();
  startHistory(place, log, sync);
  startOffline(root);
  view.newLine?.scrollIntoView({ block: "center" });
  scroller.addEventListener("scroll", () => { newest.offer(); marker.move(); }, { passive: true });
  document.addEventListener("visibilitychange", () => marker.move());
  place.list.addEventListener("click", (event) => {
    const { again, back } = (event.target as Element).closest<HTMLElement>("[data-again], [data-back]")?.dataset ?? {};
    if (again) outbox.again(again);
    if (back) composer.putBack(outbox.takeBack(back));
  });
  sync.start();
}

/** Take over what the server drew, when it is the end of the log; an older page is left for the newest. */
function begin(place: Place, log: Log, view: View): void {
  const messages = [...place.list.querySelectorAll<HTMLElement>("li[data-seq]")].map((item) => readMessage(place.roomId, item));
  const head = { head_seq: Number(place.root.dataset.headSeq), head_rev: Number(place.root.dataset.headRev) };
  if ((messages.at(-1)?.seq ?? 0) === head.head_seq) {
    log.begin(messages, head);
    view.adopt();
  }
}

/** While much changes at once, screen readers wait. */
function quietly(scroller: HTMLElement, isBusy: boolean): void {
  scroller.setAttribute("aria-busy", String(isBusy));
}

/** Tells the server how far this person has read: what they see at the end of the log while the page is in front. */
class Marker {
  seen: number;
  private told: number;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly place: Place, private readonly log: Log) {
    this.told = Number(place.root.dataset.lastReadSeq ?? 0);
    this.seen = log.headSeq || Number(place.root.dataset.headSeq ?? 0);
  }

  move(): void {
    if (document.hidden || distance(this.place.scroller) > READING_ALONG) return;
    this.seen = Math.max(this.seen, this.log.headSeq);
    clearTimeout(this.timer);
    if (this.log.headSeq > this.told) this.timer = setTimeout(() => void this.tell(), 300);
  }

  private async tell(): Promise<void> {
    const seq = this.log.headSeq;
    const answer = await ask("room.read", { room_id: this.place.roomId, seq }).catch(() => null);
    if (answer?.ok) this.told = Math.max(this.told, seq);
  }
}

/** The way back to the newest words, for who reads further up. */
class Newest {
  private readonly link: HTMLElement | null;
  private below = 0;

  constructor(private readonly place: Place) {
    this.link = place.root.querySelector<HTMLElement>(".to-newest");
    this.link?.addEventListener("click", (event) => {
      event.preventDefault();
      place.scroller.scrollTo({ top: 0, behavior: "smooth" });
    });
  }

  offer(fresh = this.below): void {
    if (!this.link) return;
    const isFar = distance(this.place.scroller) > READING_ALONG;
    this.below = isFar ? fresh : 0;
    this.link.hidden = !isFar;
    const words = this.link.querySelector("span");
    if (words) words.textContent = this.below ? `${this.below} new below` : "Newest";
  }
}

/** Older pages come when somebody reads up to the top, or by the button there. */
function startHistory(place: Place, log: Log, sync: Sync): void {
  const row = place.list.querySelector<HTMLElement>("[data-older]");
  if (!row) return;
  const more = async (): Promise<void> => {
    quietly(place.scroller, true);
    const isMore = await sync.older().catch(() => true);
    row.hidden = !isMore;
    requestAnimationFrame(() => quietly(place.scroller, false));
  };
  row.hidden = log.oldestSeq <= 1;
  row.addEventListener("click", (event) => { event.preventDefault(); void more(); });
  new IntersectionObserver(([entry]) => { if (entry?.isIntersecting && log.oldestSeq > 1) void more(); },
    { root: place.scroller, rootMargin: "400px 0px 0px" }).observe(row);
}

/** Say that nothing gets through when that lasts. */
function startOffline(root: HTMLElement): void {
  const banner = root.querySelector<HTMLElement>("[data-offline]");
  if (!banner) return;
  let timer = setTimeout(() => { banner.hidden = false; }, OFFLINE_AFTER);
  socket.on("connect", () => { clearTimeout(timer); banner.hidden = true; });
  socket.on("disconnect", () => { clearTimeout(timer); timer = setTimeout(() => { banner.hidden = false; }, OFFLINE_AFTER); });
}

/** Shows who writes, for as long as the server says so. Returns what to call when it does. */
function startTyping(place: Place, log: Log): (memberId: string) => void {
  const line = place.root.querySelector<HTMLElement>(".typing");
  const words = line?.querySelector("span");
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (memberId) => {
    if (!line || !words || memberId === place.me.id) return;
    const author = log.inOrder().findLast((message) => message.author?.id === memberId)?.author;
    words.textContent = `${author?.handle ?? "Somebody"} is writing`;
    line.classList.add("is-on");
    clearTimeout(timer);
    timer = setTimeout(() => { line.classList.remove("is-on"); words.textContent = ""; }, TYPING_LASTS);
  };
}
