// Who writes: shown for as long as the server says so, and told of this person only when they want it to be seen.
import type { Log } from "../lib/log";
import { ask, socket } from "../lib/socket";
import type { Place } from "./place";

const TYPING_LASTS = 5000;
const TELL_EVERY = 3000;

/** Returns what to call when somebody writes. */
export function startTyping(place: Place, log: Log): (memberId: string) => void {
  if (place.showsPresence) startTelling(place);
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

function startTelling(place: Place): void {
  let toldAt = -TELL_EVERY;
  place.words.addEventListener("input", () => {
    if (!place.words.value || !socket.connected || performance.now() - toldAt < TELL_EVERY) return;
    toldAt = performance.now();
    ask("room.typing", { room_id: place.roomId }).catch(() => undefined);
  });
}
