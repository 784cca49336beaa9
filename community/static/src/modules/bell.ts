// The bell in the top bar says how much is new. The words stay on the server until they are read.
import { element } from "../lib/dom";
import { send } from "../lib/http";
import { socket } from "../lib/socket";

interface Told { items: { read_at: string | null }[] }

export function startBell(): void {
  const bell = document.querySelector<HTMLElement>("[data-bell]");
  if (!bell) return;
  let count = Number(bell.dataset.bell ?? 0);
  const show = (now: number): void => {
    count = now;
    bell.setAttribute("aria-label", count ? `Notifications, ${count} new` : "Notifications");
    bell.querySelector(".dot")?.remove();
    if (count) bell.append(element("span", "dot"));
    else void closeShown();
  };
  socket.on("notification.created", () => show(count + 1));
  // Read here or on another device.
  socket.on("notification.unread", (sign: { unread: number }) => show(sign.unread));
  // What came while the page was on its way, or while the line was down, rang nowhere.
  socket.on("connect", () => {
    send<Told>("GET", "/notifications?limit=50")
      .then(({ items }) => show(Math.max(count, items.filter((item) => item.read_at === null).length)))
      .catch(() => undefined);
  });
}

/** What was read need not stand on the lock screen any more. */
async function closeShown(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of await registration?.getNotifications() ?? []) shown.close();
}
