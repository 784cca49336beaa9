// Who is here: told of this person only when they want it to be seen, and shown to them only then. Nothing is counted.
import { Here, inWords, type Sign } from "../lib/here";
import { ask, socket } from "../lib/socket";
import type { Place } from "./place";

const TELL_EVERY = 20_000;
const ANSWER_WITHIN = 2_000;

export function startPresence(place: Place): void {
  const line = place.root.querySelector<HTMLElement>("[data-here]");
  if (!place.showsPresence || !line) return;
  const here = new Here();
  const show = (): void => {
    const words = inWords(here.names(Date.now()));
    line.textContent = words && `${words} · `;
  };
  const tell = (present = true, asks = false): void => {
    if (socket.connected && (!present || !document.hidden)) ask("room.present", { room_id: place.roomId, present, asks }).catch(() => undefined);
  };
  socket.on("room.presence", (sign: Sign) => {
    if (sign.room_id !== place.roomId) return;
    here.take(sign, Date.now());
    show();
    // Whoever comes does not know yet who is here.
    if (sign.asks) setTimeout(() => tell(), Math.random() * ANSWER_WITHIN);
  });
  socket.on("connect", () => tell(true, true));
  document.addEventListener("visibilitychange", () => tell(!document.hidden));
  addEventListener("pagehide", () => tell(false));
  if (socket.connected) tell(true, true);
  setInterval(() => { tell(); show(); }, TELL_EVERY);
}
