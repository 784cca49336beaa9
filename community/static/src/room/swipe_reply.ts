// Swiping a message toward the end of the line replies to it, on touch screens. The menu has the same as a button.
import type { RoomContext } from "./context";

const MIN_DISTANCE = 64;
const MAX_DISTANCE = 80;
/** Fingers that start at the edge of the screen belong to the browser: they go back. */
const EDGE = 24;

/** Call `onReply` with a message that was swiped. */
export function startSwipeReply(room: RoomContext, onReply: (item: HTMLElement) => void): void {
  if (room.isClosed) return;
  let item: HTMLElement | null = null;
  let startX = 0;
  let startY = 0;
  let isSwiping = false;
  const distance = (touch: Touch): number => (document.dir === "rtl" ? startX - touch.clientX : touch.clientX - startX);
  const end = (): void => {
    if (item) item.style.translate = "";
    item = null;
    isSwiping = false;
  };
  room.list.addEventListener("touchstart", (event) => {
    end();
    const [touch] = event.touches;
    if (!touch || event.touches.length > 1 || touch.clientX < EDGE || touch.clientX > innerWidth - EDGE) return;
    item = (event.target as Element).closest<HTMLElement>("li[data-author-id], li[data-id]:not(:has(.message__removed))");
    startX = touch.clientX;
    startY = touch.clientY;
  }, { passive: true });
  room.list.addEventListener("touchmove", (event) => {
    const [touch] = event.touches;
    if (!touch || !item) return;
    const along = distance(touch);
    const across = Math.abs(touch.clientY - startY);
    if (!isSwiping && (across > 12 || along < -12)) return end();
    if (along < 12) return;
    isSwiping = true;
    item.style.translate = `${Math.min(along, MAX_DISTANCE)}px`;
  }, { passive: true });
  room.list.addEventListener("touchend", (event) => {
    const [touch] = event.changedTouches;
    const swiped = touch && isSwiping && distance(touch) >= MIN_DISTANCE ? item : null;
    end();
    if (swiped) onReply(swiped);
  });
  room.list.addEventListener("touchcancel", end);
}
