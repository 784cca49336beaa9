// The service worker: shows that something is new, in words that tell a passer-by nothing, and leads to it.

export {};

interface Line { path?: string; tag?: string; words?: string }
interface Shown { notification: Notification; waitUntil(work: Promise<unknown>): void }
interface Pushed { data: { json(): Line } | null; waitUntil(work: Promise<unknown>): void }
interface Window { url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }
interface Worker {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(options: object): Promise<Window[]>; openWindow(url: string): Promise<unknown>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "push", listen: (event: Pushed) => void): void;
  addEventListener(kind: "notificationclick", listen: (event: Shown) => void): void;
  addEventListener(kind: "install" | "activate", listen: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
}

const worker = self as unknown as Worker;
const WORDS = "You have a new notification";

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => event.waitUntil(show(read(event))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data ?? "/notifications")));
});

/** The line that was pushed; whatever it is, something neutral can be shown. */
function read(event: Pushed): Line {
  try { return event.data?.json() ?? {}; } catch { return {}; }
}

function show(line: Line): Promise<void> {
  return worker.registration.showNotification(line.words ?? WORDS, {
    tag: line.tag ?? "new",
    icon: "/static/mark.svg",
    data: line.path?.startsWith("/notifications") ? line.path : "/notifications",
  });
}

async function open(path: string): Promise<void> {
  const [first] = await worker.clients.matchAll({ type: "window" });
  if (!first) { await worker.clients.openWindow(path); return; }
  await first.focus();
  await first.navigate(path);
}
