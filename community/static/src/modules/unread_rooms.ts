// Unread counts in the navigation and in lists of rooms, updated while the page is open.
import { getInBackground } from "../lib/background";
import { element, visuallyHidden } from "../lib/dom";
import { socket } from "../lib/socket";

interface Room { id: string; joined: boolean; unread: number; muted_until: string | null }

export function startUnreadRooms(): void {
  let counts: Promise<Map<string, number>> | null = null;
  const load = async (): Promise<Map<string, number>> => {
    const { items } = await getInBackground<{ items: Room[] }>("/rooms?limit=200");
    return new Map(items.filter((room) => room.joined && !room.muted_until).map((room) => [room.id, room.unread]));
  };
  socket.on("room.unread", (message: { room_id: string; unread: number }) => {
    showInLists(message.room_id, message.unread);
    counts ??= load();
    counts.then((rooms) => {
      if (rooms.has(message.room_id)) rooms.set(message.room_id, message.unread);
      showInTabs([...rooms.values()].filter((unread) => unread > 0).length);
    }).catch(() => { counts = null; });
  });
}

function showInLists(roomId: string, unread: number): void {
  for (const place of document.querySelectorAll<HTMLElement>(`[data-unread-room="${CSS.escape(roomId)}"]`)) {
    place.querySelector(".count")?.remove();
    if (unread) place.append(element("span", "count", unread < 100 ? String(unread) : "99+", visuallyHidden(" new")));
    place.closest(".row")?.classList.toggle("row--read", unread === 0);
  }
}

/** Show the number of rooms with unread messages. */
function showInTabs(unread: number): void {
  const tab = document.querySelector('.main-nav a[href="/rooms"]');
  tab?.querySelector(".count")?.remove();
  if (unread) tab?.append(element("span", "count", visuallyHidden("unread: "), String(unread)));
}
