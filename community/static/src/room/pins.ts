// What the room keeps in view, drawn anew when a pin comes or goes.
import { element, written } from "../lib/dom";
import { send } from "../lib/http";
import type { Message } from "../lib/log";
import type { Place } from "./place";

const SHORTENED = 160;
const PAUSE = 200;

/** Returns what to call when the pins may look different. */
export function startPins(place: Place): () => void {
  const line = place.root.querySelector<HTMLElement>(".pins-line");
  const count = line?.querySelector("[data-pin-count]");
  const list = document.querySelector("#pins ul");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = async (): Promise<void> => {
    const { messages } = await send<{ messages: Message[] }>("GET", `/rooms/${place.roomId}/pins`);
    if (!line || !count || !list) return;
    line.hidden = messages.length === 0;
    count.textContent = String(messages.length);
    list.replaceChildren(...messages.map((message) => element("li", "", way(place.roomId, message))));
  };
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => { draw().catch(() => undefined); }, PAUSE);
  };
}

function way(roomId: string, message: Message): HTMLElement {
  const words = [...(message.body ?? "")];
  const short = words.length > SHORTENED ? `${words.slice(0, SHORTENED).join("")}…` : words.join("");
  const link = element("a", "", written("b", "", message.author?.handle ?? ""), " ", written("span", "", short));
  link.href = `/rooms/${roomId}?at=${message.seq}#m-${message.seq}`;
  return link;
}
