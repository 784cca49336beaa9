// How much is unread, in the navigation and in lists of rooms, kept right while the page is open.
import { element, unseen } from "../lib/dom";
import { send } from "../lib/http";
import { socket } from "../lib/socket";

interface Room { id: string; joined: boolean; unread: number; muted_until: string | null }

export function startUnread(): void {
  let known: Promise<Map<string, number>> | null = null;
  const load = async (): Promise<Map<string, number>> => {
    const { items } = await send<{ items: Room[] }>("GET", "/rooms?limit=200");
    return new Map(items.filter((room) => room.joined && !room.muted_until).map((room) => [room.id, room.unread]));
  };
  socket.on("room.unread", (sign: { room_id: string; unread: number }) => {
    showInLists(sign.room_id, sign.unread);
    known ??= load();
    known.then((rooms) => {
      if (rooms.has(sign.room_id)) rooms.set(sign.room_id, sign.unread);
      showInTabs([...rooms.values()].filter((unread) => unread > 0).length);
    }).catch(() => { known = null; });
  });
}

function showInLists(roomId: string, unread: number): void {
  for (const place of document.querySelectorAll<HTMLElement>(`[data-unread-of="${CSS.escape(roomId)}"]`)) {
    place.querySelector(".count")?.remove();
    if (unread) place.append(element("span", "count", unread < 100 ? String(unread) : "99+", unseen(" new")));
    place.closest(".row")?.classList.toggle("row--read", unread === 0);
  }
}

/** In how many rooms something is new. */
function showInTabs(unread: number): void {
  const tab = document.querySelector('.tabs a[href="/rooms"]');
  tab?.querySelector(".count")?.remove();
  if (unread) tab?.append(element("span", "count", unseen("unread: "), String(unread)));
}
