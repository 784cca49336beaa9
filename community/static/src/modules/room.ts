// A room: shows the log, sends, and never loses what was written. Without this script the form still posts.
import { send } from "../lib/http";
import { Log, type Message } from "../lib/log";
import { ask, socket } from "../lib/socket";
import { draw, drawPending, type Pending } from "./room-view";

interface Opened { head_seq: number; head_rev: number; messages: Message[]; changes: Message[]; more: boolean }

export function startRoom(place: HTMLElement): void {
  const roomId = place.dataset.roomId ?? "";
  const myId = place.dataset.meId ?? "";
  const key = `unsent:${roomId}`;
  const form = place.querySelector<HTMLFormElement>("[data-composer]");
  const words = form?.elements.namedItem("body") as HTMLTextAreaElement | null;
  const list = place.querySelector<HTMLOListElement>("[data-log]");
  const scroller = place.querySelector<HTMLElement>(".log");
  const offline = place.querySelector<HTMLElement>("[data-offline]");
  if (!form || !words || !list || !scroller) return;
  const log = new Log();
  let pending: Pending[] = kept(key);
  let lastRead = Number(place.dataset.lastReadSeq ?? 0);
  const readAtStart = lastRead;
  let opening: Promise<void> | null = null;

  const show = (): void => {
    const posted = new Set(log.inOrder().map((message) => message.client_msg_id));
    pending = pending.filter((one) => !posted.has(one.clientMsgId));
    keep(key, pending);
    draw(list, log.inOrder(), { myId, readAtStart });
    for (const one of pending) list.append(drawPending(one, () => void trySending(one)));
  };

  const open = (): Promise<void> => {
    opening ??= (async () => {
      let more = true;
      while (more) {
        const since = log.headSeq ? { since_seq: log.headSeq, since_rev: log.headRev } : {};
        const answer = await ask("room.open", { room_id: roomId, ...since });
        if (!answer.ok) { if (answer.error.code === "not_found") location.assign("/rooms"); return; }
        const opened = answer as unknown as Opened;
        for (const message of [...opened.changes, ...opened.messages]) log.take(message);
        if (!opened.more) log.headRev = Math.max(log.headRev, opened.head_rev);
        more = opened.more;
      }
      show();
      markRead();
      for (const one of pending) if (one.state !== "failed") void trySending(one);
    })().catch(() => undefined).finally(() => { opening = null; });
    return opening;
  };

  const trySending = async (one: Pending): Promise<void> => {
    one.state = socket.connected ? "sending" : "waiting";
    show();
    if (!socket.connected) return;
    try {
      const answer = await ask("message.send", { room_id: roomId, client_msg_id: one.clientMsgId, body: one.body });
      if (answer.ok) { one.state = "sent"; show(); return; }
      one.state = "failed";
      one.why = answer.error.detail;
    } catch { one.state = socket.connected ? "failed" : "waiting"; }
    show();
  };

  const markRead = (): void => {
    const isSeen = document.visibilityState === "visible" && Math.abs(scroller.scrollTop) < 200;
    if (!isSeen || log.headSeq <= lastRead) return;
    lastRead = log.headSeq;
    void ask("room.read", { room_id: roomId, seq: lastRead }).catch(() => undefined);
  };

  const arrived = (message: Message): void => {
    if (message.room_id !== roomId) return;
    if (log.arrive(message) === "gap") { void open(); return; }
    show();
    markRead();
  };

  socket.on("connect", () => { if (offline) offline.hidden = true; void open(); });
  socket.on("disconnect", () => {
    if (offline) offline.hidden = false;
    for (const one of pending) if (one.state === "sending") one.state = "waiting";
    show();
  });
  socket.on("message.posted", arrived);
  socket.on("message.changed", arrived);
  socket.on("room.head", (head: { room_id: string; head_seq: number; head_rev: number }) => {
    if (head.room_id === roomId && (head.head_seq > log.headSeq || head.head_rev > log.headRev)) void open();
  });
  document.addEventListener("visibilitychange", markRead);
  scroller.addEventListener("scroll", () => { markRead(); if (isAtTop(scroller)) void older(); }, { passive: true });

  let loading = false;
  const older = async (): Promise<void> => {
    if (loading || log.messages.size === 0 || log.oldestKnown <= 1) return;
    loading = true;
    try {
      const page = await send<{ messages: Message[] }>("GET", `/rooms/${roomId}/messages?before_seq=${log.oldestKnown}&limit=50`);
      const { headSeq, headRev } = log;
      for (const message of page.messages) log.take(message);
      log.headSeq = headSeq; log.headRev = headRev;
      show();
    } catch { /* the next scroll tries again */ } finally { loading = false; }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = words.value.trim();
    if (!body) return;
    const one: Pending = { clientMsgId: crypto.randomUUID(), body, state: "sending" };
    pending.push(one);
    words.value = "";
    forget(`draft:${roomId}`);
    scroller.scrollTop = 0;
    void trySending(one);
  });
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) { event.preventDefault(); form.requestSubmit(); }
  });
  words.value = keptText(`draft:${roomId}`) || words.value;
  words.addEventListener("input", () => keepText(`draft:${roomId}`, words.value));
  list.addEventListener("click", (event) => void act(event, show));
  if (pending.length) show();
  if (socket.connected) void open();
}

async function act(event: Event, show: () => void): Promise<void> {
  const button = (event.target as Element).closest<HTMLButtonElement>("button[data-act]");
  if (!button) return;
  const id = button.closest<HTMLElement>("[data-id]")?.dataset.id ?? "";
  const dialog = document.getElementById(`${button.dataset.act}-message`);
  if (dialog instanceof HTMLDialogElement) {
    const form = dialog.querySelector("form");
    if (form) form.action = `/messages/${id}/${button.dataset.act}`;
    const body = dialog.querySelector("textarea");
    if (body && button.dataset.body !== undefined) body.value = button.dataset.body;
    dialog.showModal();
  }
  show();
}

function isAtTop(scroller: HTMLElement): boolean {
  return scroller.scrollHeight - Math.abs(scroller.scrollTop) - scroller.clientHeight < 300;
}

function kept(key: string): Pending[] {
  try { return (JSON.parse(sessionStorage.getItem(key) ?? "[]") as Pending[]).map((one) => ({ ...one, state: one.state === "failed" ? "failed" : "waiting" })); } catch { return []; }
}
function keep(key: string, pending: Pending[]): void { if (pending.length) keepText(key, JSON.stringify(pending)); else forget(key); }
function keepText(key: string, text: string): void { try { sessionStorage.setItem(key, text); } catch { /* a private window keeps nothing */ } }
function keptText(key: string): string { try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; } }
function forget(key: string): void { try { sessionStorage.removeItem(key); } catch { /* as above */ } }
