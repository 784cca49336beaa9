// Pinned messages of a room, loaded again when a pin is added or removed.
import { getInBackground } from "../lib/background";
import { element, userText } from "../lib/dom";
import type { Message } from "../lib/message_log";
import type { RoomContext } from "./context";

const MAX_CHARACTERS = 160;
const DEBOUNCE_MS = 200;

/** Return the function to call when the pins may have changed. */
export function startPins(room: RoomContext): () => void {
  const line = room.root.querySelector<HTMLElement>(".pinned-bar");
  const count = line?.querySelector("[data-pin-count]");
  const list = document.querySelector("#pins ul");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = async (): Promise<void> => {
    const { messages } = await getInBackground<{ messages: Message[] }>(`/rooms/${room.roomId}/pins`);
    if (!line || !count || !list) return;
    line.hidden = messages.length === 0;
    count.textContent = String(messages.length);
    list.replaceChildren(...messages.map((message) => element("li", "", pinLink(room.roomId, message))));
  };
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => { refresh().catch(() => undefined); }, DEBOUNCE_MS);
  };
}

function pinLink(roomId: string, message: Message): HTMLElement {
  const characters = [...(message.body ?? "")];
  const short = characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS).join("")}…` : characters.join("");
  const link = element("a", "", userText("b", "", message.author?.handle ?? ""), " ", userText("span", "", short));
  link.href = `/rooms/${roomId}?at=${message.seq}#m-${message.seq}`;
  return link;
}
