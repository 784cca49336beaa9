// The number of unread notifications in the top bar. Their text stays on the server until they are read.
import { getInBackground } from "../lib/background";
import { element } from "../lib/dom";
import { socket } from "../lib/socket";
import { toastWithLink } from "./toasts";

interface NotificationPage { items: { read_at: string | null }[] }
interface NotificationText { id: string; kind: string; title: string; url: string }

/** A call for help has a banner of its own. */
const HAS_BANNER = "reach_out.";

export function startUnreadBadge(): void {
  const badge = document.querySelector<HTMLElement>("[data-unread-badge]");
  if (!badge) return;
  let count = Number(badge.dataset.unreadBadge ?? 0);
  const show = (now: number): void => {
    count = now;
    badge.setAttribute("aria-label", count ? `Notifications, ${count} new` : "Notifications");
    badge.querySelector(".unread-dot")?.remove();
    if (count) badge.append(element("span", "unread-dot"));
    else void closeSystemNotifications();
  };
  socket.on("notification.created", ({ id, kind }: { id: string; kind: string }) => {
    show(count + 1);
    if (!kind.startsWith(HAS_BANNER)) void announce(id);
  });
  // Read on this device or on another one.
  socket.on("notification.unread", (message: { unread: number }) => show(message.unread));
  // Notifications created while the page loaded or the connection was down were not pushed.
  socket.on("connect", () => {
    getInBackground<NotificationPage>("/notifications?limit=50")
      .then(({ items }) => show(Math.max(count, items.filter((item) => item.read_at === null).length)))
      .catch(() => undefined);
  });
}

/** Say what happened, unless the member looks at the page that it is about. First words of messages stay in the list. */
async function announce(id: string): Promise<void> {
  if (document.hidden) return;
  const text = await getInBackground<NotificationText>(`/notifications/${id}`).catch(() => null);
  if (text && new URL(text.url, location.href).pathname !== location.pathname) toastWithLink(text.title, `/notifications/${text.id}/open`);
}

/** Close the system's notifications once everything is read. */
async function closeSystemNotifications(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of await registration?.getNotifications() ?? []) shown.close();
}
