// How one message looks, as `rooms/_message.html` draws it on the server; and back from the page to a message.
import { avatar, button, element, icon, unseen, written } from "../lib/dom";
import type { Author, Message } from "../lib/log";
import { marked } from "../lib/markdown";
import { clock } from "../lib/times";
import type { Unsent } from "./outbox";
import type { Place } from "./place";

const QUOTE_LENGTH = 80;
const SIGNS: Record<string, string> = { "❤️": "Heart", "🌿": "Leaf", "🙌": "Raised hands", "🫂": "Hug", "☕": "Coffee" };

/** A message; `isMore` follows one by the same person, `quoted` is what it answers when that is known. */
export function drawMessage(place: Place, message: Message, { isMore, quoted }: { isMore: boolean; quoted: Message | undefined }): HTMLLIElement {
  const item = element("li", "msg");
  item.id = `m-${message.seq}`;
  remember(item, message);
  if (message.removed || !message.author) {
    item.append(element("p", "msg__gone", icon("hidden", "icon--s"), "This message is not shown."));
    return item;
  }
  const isMine = message.author.id === place.me.id;
  const time = clock(new Date(message.created_at), place.zone);
  if (isMore) item.classList.add("msg--more");
  if (isMine) { item.classList.add("msg--mine"); item.setAttribute("aria-live", "off"); }
  else if (!isMore) item.append(avatar(message.author.handle), byline(place, message, time));
  if (message.reply_to) item.append(quote(message.reply_to, quoted));
  item.append(element("div", "msg__text", ...marked(message.body ?? "", place.me.handle, namesFor(place, message))));
  const more = menuButton(`${isMine ? "you" : message.author.handle}, ${time}`);
  if (isMine) item.append(element("p", "msg__state", icon("check"), unseen("Sent "), stamp(message, time), ...marks(message).map((mark) => ` · ${mark}`), more));
  else if (message.edited_at || message.pinned) item.append(element("p", "msg__state", marks(message).join(" · ")), more);
  else item.append(more);
  if (message.reactions.length) item.append(signs(place, message, time));
  return item;
}

/** Something that is not in the log yet: on its way, waiting, sent or failed. */
export function drawUnsent(place: Place, one: Unsent, { isMore }: { isMore: boolean }): HTMLLIElement {
  const item = element("li", `msg msg--mine${isMore ? " msg--more" : ""}`);
  item.dataset.unsent = one.id;
  item.dataset.state = one.state;
  item.setAttribute("aria-live", "off");
  const state = element("p", "msg__state");
  if (one.state === "failed") {
    item.classList.add("msg--failed");
    const again = button("btn btn--quiet btn--small", "", "Send again");
    again.dataset.again = one.id;
    const back = button("btn btn--quiet btn--small", "", "Take back");
    back.dataset.back = one.id;
    state.append(icon("alert"), one.why || "Not sent", " ", again, back);
  } else if (one.state === "sent") {
    state.append(icon("check"), unseen("Sent "), clock(new Date(one.at), place.zone));
  } else {
    item.classList.add("msg--sending");
    state.append(icon("clock"), one.state === "waiting" ? "Waiting" : "Sending");
  }
  item.append(element("div", "msg__text", ...marked(one.body, "", [])), state);
  return item;
}

export function drawDay(day: string, words: string): HTMLLIElement {
  const line = element("li", "mark-line", words);
  line.dataset.day = day;
  return line;
}

export function drawNewLine(count: number): HTMLLIElement {
  const line = element("li", "mark-line mark-line--new", `${count} new`);
  line.dataset.newLine = "";
  return line;
}

/** The message that the server drew here. */
export function readMessage(roomId: string, item: HTMLElement): Message {
  const { id = "", seq = "0", rev = "0", authorId, handle = "", at = "", editedAt, replyTo, clientMsgId } = item.dataset;
  return {
    id, room_id: roomId, seq: Number(seq), rev: Number(rev), client_msg_id: clientMsgId ?? null,
    author: authorId ? { id: authorId, handle } : null,
    body: item.dataset.body ?? item.querySelector(".msg__text")?.textContent ?? null,
    reply_to: replyTo ?? null, created_at: at, edited_at: editedAt ?? null, removed: !authorId,
    reactions: [...item.querySelectorAll<HTMLElement>("[data-emoji]")].map((sign) => {
      const ids = (sign.dataset.memberIds ?? "").split(" ").filter(Boolean);
      return { emoji: sign.dataset.emoji ?? "", count: ids.length, member_ids: ids };
    }),
    pinned: item.dataset.pinned !== undefined,
    mentions: JSON.parse(item.dataset.mentions ?? "[]") as Author[],
  };
}

/** What a quote or a reply line says of a message. */
export function gist(message: Message | undefined): string {
  if (!message) return "An earlier message";
  if (!message.author || message.body === null) return "A message that is not shown";
  const words = [...message.body.replace(/\s+/g, " ")];
  return `${message.author.handle}: ${words.length > QUOTE_LENGTH ? `${words.slice(0, QUOTE_LENGTH).join("")}…` : words.join("")}`;
}

export function menuButton(whose: string): HTMLButtonElement {
  const made = button("icon-btn msg__menu", `Actions for ${whose}`, icon("more", "icon--s"));
  made.setAttribute("aria-haspopup", "true");
  return made;
}

function remember(item: HTMLElement, message: Message): void {
  item.dataset.id = message.id;
  item.dataset.seq = String(message.seq);
  item.dataset.rev = String(message.rev);
}

/** The names in a message, when the reader's is one of them. */
function namesFor(place: Place, message: Message): string[] {
  const named = message.mentions ?? [];
  return named.some((one) => one.id === place.me.id) ? named.map((one) => one.handle) : [];
}

function byline(place: Place, message: Message, time: string): HTMLElement {
  const badge = message.author && place.staff.has(message.author.id) ? [element("span", "tag", "Staff")] : [];
  return element("p", "msg__by", written("b", "", message.author?.handle ?? ""), ...badge, stamp(message, time));
}

function stamp(message: Message, time: string): HTMLElement {
  const made = element("time", "", time);
  made.dateTime = message.created_at;
  return made;
}

function marks(message: Message): string[] {
  return [message.edited_at ? "edited" : "", message.pinned ? "pinned" : ""].filter(Boolean);
}

function quote(id: string, quoted: Message | undefined): HTMLElement {
  const link = written("a", "msg__quote", gist(quoted));
  link.href = quoted ? `#m-${quoted.seq}` : `/messages/${id}`;
  return link;
}

function signs(place: Place, message: Message, time: string): HTMLElement {
  const row = element("div", "reacts");
  for (const sign of message.reactions) {
    const isMine = sign.member_ids.includes(place.me.id);
    const shown = element("span", "", sign.emoji);
    shown.setAttribute("aria-hidden", "true");
    const chip = button("", "", shown, unseen(`${SIGNS[sign.emoji] ?? sign.emoji}, `), String(sign.count));
    chip.setAttribute("aria-pressed", String(isMine));
    chip.dataset.emoji = sign.emoji;
    chip.dataset.memberIds = sign.member_ids.join(" ");
    row.append(chip);
  }
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", `Signs under ${message.author?.handle ?? ""}, ${time}`);
  return row;
}
