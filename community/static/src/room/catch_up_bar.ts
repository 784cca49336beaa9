// The bar of a room that was opened at its end with unread messages before what is loaded: "262 new · Jump to first".
// Its link works by itself. This takes the bar away when they are loaded, or the reader chooses to skip them.
import type { ReadMarker } from "./read_marker";
import type { RoomContext } from "./context";

/** Return the function to call when what is loaded has changed. */
export function startCatchUpBar(room: RoomContext, marker: ReadMarker, markAllRead: () => void): () => void {
  const bar = room.root.querySelector<HTMLElement>(".catch-up-bar");
  if (!bar) return () => undefined;
  const button = bar.querySelector<HTMLElement>("[data-mark-read]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => { markAllRead(); room.input.focus(); });
  }
  return () => { bar.hidden = !marker.isMissingUnread; };
}
