// Renders a message as `rooms/_message.html` does on the server, and reads one back from the page.
import { avatar, button, element, icon, visuallyHidden, userText } from "../lib/dom";
import type { Author, Message } from "../lib/message_log";
import { renderMarkdown } from "../lib/markdown";
import { clock } from "../lib/times";
import type { Unsent } from "./outbox";
import type { RoomContext } from "./context";

const QUOTE_LENGTH = 80;
const REACTION_NAMES: Record<string, string> = { "❤️": "Heart", "🌿": "Leaf", "🙌": "Raised hands", "🫂": "Hug", "☕": "Coffee" };

/** Render a message. `isMore` follows one by the same author, `quoted` is the loaded message that it replies to. */
export function renderMessage(room: RoomContext, message: Message, { isMore, quoted }: { isMore: boolean; quoted: Message | undefined }): HTMLLIElement {
  const item = element("li", "message");
  item.id = `m-${message.seq}`;
  setDataAttributes(item, message);
  if (message.removed || !message.author) {
    item.append(element("p", "message__removed", icon("hidden", "icon--s"), "This message isn’t shown."));
    return item;
  }
  const isMine = message.author.id === room.me.id;
  const time = clock(new Date(message.created_at), room.zone);
  if (isMore) item.classList.add("message--more");
  if (isMine) { item.classList.add("message--mine"); item.setAttribute("aria-live", "off"); }
  else if (!isMore) item.append(avatar(message.author.handle), authorLine(room, message, time));
  if (message.reply_to) item.append(quoteLink(message.reply_to, quoted));
  item.append(element("div", "message__text", ...renderMarkdown(message.body ?? "", room.me.handle, mentionedNames(room, message))));
  const more = messageButtons(room, `${isMine ? "you" : message.author.handle}, ${time}`);
  if (isMine) item.append(element("p", "message__status", icon("check"), visuallyHidden("Sent "), timeElement(message, time), ...statusLabels(message).map((mark) => ` · ${mark}`), ...more));
  else if (message.edited_at || message.pinned) item.append(element("p", "message__status", statusLabels(message).join(" · ")), ...more);
  else item.append(...more);
  if (message.reactions.length) item.append(reactionRow(room, message, time));
  return item;
}

/** Render an entry of the outbox. */
export function renderUnsent(room: RoomContext, entry: Unsent, { isMore }: { isMore: boolean }): HTMLLIElement {
  const item = element("li", `message message--mine${isMore ? " message--more" : ""}`);
  item.dataset.unsent = entry.id;
  item.dataset.state = entry.state;
  item.setAttribute("aria-live", "off");
  const state = element("p", "message__status");
  if (entry.state === "failed") {
    item.classList.add("message--failed");
    const retry = button("btn btn--ghost btn--small", "", "Send again");
    retry.dataset.retry = entry.id;
    const discard = button("btn btn--ghost btn--small", "", "Edit");
    discard.dataset.discard = entry.id;
    state.append(icon("alert"), entry.reason || "Not sent", " ", retry, discard);
  } else if (entry.state === "sent") {
    state.append(icon("check"), visuallyHidden("Sent "), clock(new Date(entry.at), room.zone));
  } else {
    item.classList.add("message--sending");
    state.append(icon("clock"), entry.state === "waiting" ? "Waiting" : "Sending");
  }
  item.append(element("div", "message__text", ...renderMarkdown(entry.body, "", [])), state);
  return item;
}

export function renderDay(day: string, label: string): HTMLLIElement {
  const line = element("li", "log-divider", label);
  line.dataset.day = day;
  return line;
}

export function renderNewDivider(count: number): HTMLLIElement {
  const line = element("li", "log-divider log-divider--new", `${count} new`);
  line.dataset.newLine = "";
  return line;
}

/** Read a message that the server rendered. */
export function readMessage(roomId: string, item: HTMLElement): Message {
  const { id = "", seq = "0", rev = "0", authorId, handle = "", at = "", editedAt, replyTo, clientMsgId } = item.dataset;
  return {
    id, room_id: roomId, seq: Number(seq), rev: Number(rev), client_msg_id: clientMsgId ?? null,
    author: authorId ? { id: authorId, handle } : null,
    body: item.dataset.body ?? item.querySelector(".message__text")?.textContent ?? null,
    reply_to: replyTo ?? null, created_at: at, edited_at: editedAt ?? null, removed: !authorId,
    reactions: [...item.querySelectorAll<HTMLElement>("[data-emoji]")].map((button) => {
      const ids = (button.dataset.memberIds ?? "").split(" ").filter(Boolean);
      return { emoji: button.dataset.emoji ?? "", count: ids.length, member_ids: ids };
    }),
    pinned: item.dataset.pinned !== undefined,
    mentions: JSON.parse(item.dataset.mentions ?? "[]") as Author[],
  };
}

/** Render the author and the beginning of a message, for quotes and replies. Each keeps its own direction. */
export function summary(message: Message | undefined): (Node | string)[] {
  if (!message) return ["An earlier message"];
  if (!message.author || message.body === null) return ["A message that isn’t shown"];
  const characters = [...message.body.replace(/\s+/g, " ")];
  const beginning = characters.length > QUOTE_LENGTH ? `${characters.slice(0, QUOTE_LENGTH).join("")}…` : characters.join("");
  return [element("bdi", "", message.author.handle), ": ", element("bdi", "", beginning)];
}

/** Render the buttons of a message: reply, which only shows where a pointer hovers, and the menu. */
export function messageButtons(room: RoomContext, label: string): HTMLButtonElement[] {
  const reply = button("icon-btn message__reply", `Reply to ${label}`, icon("reply", "icon--s"));
  return room.isClosed ? [menuButton(label)] : [reply, menuButton(label)];
}

function menuButton(label: string): HTMLButtonElement {
  const made = button("icon-btn message__menu", `Actions for ${label}`, icon("more", "icon--s"));
  made.setAttribute("aria-haspopup", "true");
  return made;
}

function setDataAttributes(item: HTMLElement, message: Message): void {
  item.dataset.id = message.id;
  item.dataset.seq = String(message.seq);
  item.dataset.rev = String(message.rev);
}

/** Return the names in a message when the reader's is one of them. */
function mentionedNames(room: RoomContext, message: Message): string[] {
  const named = message.mentions ?? [];
  return named.some((author) => author.id === room.me.id) ? named.map((author) => author.handle) : [];
}

function authorLine(room: RoomContext, message: Message, time: string): HTMLElement {
  const badge = message.author && room.staff.has(message.author.id) ? [element("span", "tag", "Staff")] : [];
  return element("p", "message__author", userText("b", "", message.author?.handle ?? ""), ...badge, timeElement(message, time));
}

function timeElement(message: Message, time: string): HTMLElement {
  const made = element("time", "", time);
  made.dateTime = message.created_at;
  return made;
}

function statusLabels(message: Message): string[] {
  return [message.edited_at ? "edited" : "", message.pinned ? "pinned" : ""].filter(Boolean);
}

function quoteLink(id: string, quoted: Message | undefined): HTMLElement {
  const link = userText("a", "message__quote", ...summary(quoted));
  link.href = quoted ? `#m-${quoted.seq}` : `/messages/${id}`;
  return link;
}

function reactionRow(room: RoomContext, message: Message, time: string): HTMLElement {
  const row = element("div", "reactions");
  for (const reaction of message.reactions) {
    const isMine = reaction.member_ids.includes(room.me.id);
    const shown = element("span", "", reaction.emoji);
    shown.setAttribute("aria-hidden", "true");
    const chip = button("", "", shown, visuallyHidden(`${REACTION_NAMES[reaction.emoji] ?? reaction.emoji}, `), String(reaction.count));
    chip.setAttribute("aria-pressed", String(isMine));
    chip.dataset.emoji = reaction.emoji;
    chip.dataset.memberIds = reaction.member_ids.join(" ");
    row.append(chip);
  }
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", `Reactions to ${message.author?.handle ?? ""}, ${time}`);
  return row;
}
