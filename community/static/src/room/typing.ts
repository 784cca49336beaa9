// Typing indicator: sent only when the member shares their presence.
import { element } from "../lib/dom";
import type { MessageLog } from "../lib/message_log";
import { request, socket } from "../lib/socket";
import type { RoomContext } from "./context";

const VISIBLE_MS = 5000;
const SEND_EVERY_MS = 3000;

/** Return the function to call when a member types. */
export function startTyping(room: RoomContext, log: MessageLog): (memberId: string) => void {
  if (room.showsPresence) startSending(room);
  const line = room.root.querySelector<HTMLElement>(".typing");
  const label = line?.querySelector("span");
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (memberId) => {
    if (!line || !label || memberId === room.me.id) return;
    const author = log.inOrder().findLast((message) => message.author?.id === memberId)?.author;
    label.replaceChildren(author ? element("bdi", "", author.handle) : "Someone", " is typing");
    line.classList.add("is-on");
    clearTimeout(timer);
    timer = setTimeout(() => { line.classList.remove("is-on"); label.textContent = ""; }, VISIBLE_MS);
  };
}

function startSending(room: RoomContext): void {
  let sentAt = -SEND_EVERY_MS;
  room.input.addEventListener("input", () => {
    if (!room.input.value || !socket.connected || performance.now() - sentAt < SEND_EVERY_MS) return;
    sentAt = performance.now();
    request("room.typing", { room_id: room.roomId }).catch(() => undefined);
  });
}
