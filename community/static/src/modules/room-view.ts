// How messages look on the page. Text from people only ever becomes text nodes.
import type { Message } from "../lib/log";

export interface Pending { clientMsgId: string; body: string; state: "sending" | "waiting" | "sent" | "failed"; why?: string }

/** Draw the log anew, day by day; what was read before this visit ends at the "new" line. */
export function draw(list: HTMLOListElement, messages: Message[], { myId, readAtStart }: { myId: string; readAtStart: number }): void {
  const items: HTMLElement[] = [];
  const fresh = messages.filter((message) => message.seq > readAtStart && !message.removed && message.author?.id !== myId);
  let day = "";
  let author = "";
  for (const message of messages) {
    const at = new Date(message.created_at);
    const today = at.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" });
    if (today !== day) { items.push(line("mark-line", isToday(at) ? "Today" : today)); author = ""; }
    if (message === fresh[0]) { items.push(line("mark-line mark-line--new", `${fresh.length} new`)); author = ""; }
    items.push(drawOne(message, { isMine: message.author?.id === myId, isMore: author === message.author?.id }));
    day = today;
    author = message.removed ? "" : message.author?.id ?? "";
  }
  list.replaceChildren(...items);
}

export function drawPending(one: Pending, again: () => void): HTMLElement {
  const item = element("li", `msg msg--mine msg--${one.state === "failed" ? "failed" : "sending"}`);
  item.dataset.state = one.state;
  item.append(element("p", "msg__text", one.body));
  const state = element("p", "msg__state");
  const words = { sending: "Sending", waiting: "Waiting", sent: "Sent", failed: one.why ?? "Not sent" };
  state.append(icon(one.state === "failed" ? "alert" : one.state === "sent" ? "check" : "clock"), words[one.state]);
  if (one.state === "failed") {
    const button = element("button", "btn btn--quiet btn--small", "Send again") as HTMLButtonElement;
    button.type = "button";
    button.addEventListener("click", again);
    state.append(" ", button);
  }
  item.append(state);
  return item;
}

function drawOne(message: Message, { isMine, isMore }: { isMine: boolean; isMore: boolean }): HTMLElement {
  const item = element("li", `msg${isMine ? " msg--mine" : ""}${isMore ? " msg--more" : ""}`);
  item.dataset.id = message.id;
  item.dataset.seq = String(message.seq);
  if (message.removed || !message.author) {
    const gone = element("p", "msg__gone");
    gone.append(icon("hidden", "icon--s"), "This message is gone.");
    item.append(gone);
    return item;
  }
  const time = new Date(message.created_at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (!isMine && !isMore) {
    const avatar = element("span", "avatar", message.author.handle.slice(0, 1).toUpperCase());
    avatar.dataset.tone = String([...message.author.handle].reduce((sum, one) => sum + (one.codePointAt(0) ?? 0), 0) % 6 + 1);
    avatar.setAttribute("aria-hidden", "true");
    const by = element("p", "msg__by");
    by.append(element("b", "", message.author.handle), element("time", "", time));
    item.append(avatar, by);
  }
  const text = element("p", "msg__text");
  text.append(...linked(message.body ?? ""));
  item.append(text);
  const foot = element("p", "msg__state");
  if (isMine) foot.append(icon("check"), time);
  if (message.edited_at) foot.append(" edited");
  for (const [act, words] of isMine ? [["edit", "Edit"], ["remove", "Take back"]] : [["report", "Report"]] as const) {
    const button = element("button", "btn btn--quiet btn--small msg__act", words) as HTMLButtonElement;
    button.type = "button";
    button.dataset.act = act;
    button.setAttribute("aria-label", `${words}: ${message.author.handle}, ${time}`);
    if (act === "edit") button.dataset.body = message.body ?? "";
    foot.append(button);
  }
  item.append(foot);
  return item;
}

function linked(text: string): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let end = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'`]+/gi)) {
    const address = found[0].replace(/[.,;:!?)\]}]+$/, "");
    const link = element("a", "", address) as HTMLAnchorElement;
    link.href = address; link.rel = "noopener noreferrer nofollow"; link.target = "_blank";
    parts.push(text.slice(end, found.index), link);
    end = found.index + address.length;
  }
  return [...parts, text.slice(end)];
}

function line(kind: string, words: string): HTMLElement { return element("li", kind, words); }

function element(name: string, kind = "", words = ""): HTMLElement {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (words) made.textContent = words;
  return made;
}

function icon(name: string, more = ""): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${more}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

function isToday(at: Date): boolean { return at.toDateString() === new Date().toDateString(); }
