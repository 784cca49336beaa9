// Presence: shared with the others and shown only when the member has turned it on. Nothing is counted.
import { PresenceList, presenceLabel, type PresenceSignal } from "../lib/presence";
import { request, socket } from "../lib/socket";
import type { RoomContext } from "./context";

const SEND_EVERY_MS = 20_000;
const MAX_REPLY_DELAY_MS = 2_000;

export function startPresence(room: RoomContext): void {
  const line = room.root.querySelector<HTMLElement>("[data-presence]");
  if (!room.showsPresence || !line) return;
  const presence = new PresenceList();
  const show = (): void => {
    const label = presenceLabel(presence.names(Date.now()));
    line.textContent = label && `${label} · `;
  };
  const announce = (present = true, asks = false): void => {
    if (socket.connected && (!present || !document.hidden)) request("room.present", { room_id: room.roomId, present, asks }).catch(() => undefined);
  };
  socket.on("room.presence", (signal: PresenceSignal) => {
    if (signal.room_id !== room.roomId) return;
    presence.apply(signal, Date.now());
    show();
    // A member who joins does not know yet who is present.
    if (signal.asks) setTimeout(() => announce(), Math.random() * MAX_REPLY_DELAY_MS);
  });
  socket.on("connect", () => announce(true, true));
  document.addEventListener("visibilitychange", () => announce(!document.hidden));
  addEventListener("pagehide", () => announce(false));
  if (socket.connected) announce(true, true);
  setInterval(() => { announce(); show(); }, SEND_EVERY_MS);
}
