// The service worker. It shows push notifications with a text that reveals nothing to a passer-by, and opens what they
// are about. It also stores the help pages with their files for use without a connection. They hold nothing of a member.
// Any other page without a connection is answered by our offline page with the crisis lines, not by the browser's.

export {};

/** The address of the icon of home screens, known when this is built. */
declare const NOTIFICATION_ICON: string;

interface PushMessage { path?: string; tag?: string; words?: string }
interface NotificationClick { notification: Notification; waitUntil(work: Promise<unknown>): void }
interface Push { data: { json(): PushMessage } | null; waitUntil(work: Promise<unknown>): void }
interface Window { url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }
interface FetchRequest { request: Request; preloadResponse: Promise<Response | undefined>; respondWith(answer: Promise<Response>): void; waitUntil(work: Promise<unknown>): void }
interface Worker {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(options: object): Promise<Window[]>; openWindow(url: string): Promise<unknown>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "push", listen: (event: Push) => void): void;
  addEventListener(kind: "notificationclick", listen: (event: NotificationClick) => void): void;
  addEventListener(kind: "fetch", listen: (event: FetchRequest) => void): void;
  addEventListener(kind: "install" | "activate", listen: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
}

const worker = self as unknown as Worker;
const DEFAULT_TEXT = "You have a new notification";

const CACHE = "kept-1";
const HELP = "/help";
const OFFLINE = "/offline";
/** Stored pages. Each is the same for every visitor. */
const PAGES = [HELP, "/breathe", OFFLINE];
/** Stored while a member is signed in, or after they chose to keep it: its text reveals what this community is. */
const HARM_REDUCTION = "/safer";
const MAY_BE_STORED = "X-Keep";
/** Posts after which the device may have another user. */
const CHANGES_USER = /^\/(sign-in|sign-out|join\/.*|account\/password|safer\/keep)$/;
/** Without a connection these are answered with the help page. */
const FALLS_BACK_TO_HELP = /^\/(help|reach-outs?)(\/|$)/;
const REFRESH_AFTER_MS = 3_600_000;
let freshUntil = 0;

worker.addEventListener("install", (event) => event.waitUntil(Promise.all([worker.skipWaiting(), storeAll()])));
worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    if (event.request.method === "POST" && CHANGES_USER.test(pathname)) {
      freshUntil = 0;
      event.waitUntil(remove(HARM_REDUCTION));
    }
    if (event.request.method === "GET" || FALLS_BACK_TO_HELP.test(pathname)) event.respondWith(loadPage(event, pathname));
  } else if (event.request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(fetch(event.request).catch(async (error: unknown) => {
      const stored = await caches.match(event.request);
      if (stored) return stored;
      throw error;
    }));
  }
});
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("push", (event) => event.waitUntil(show(readPush(event))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data ?? "/notifications")));
});

async function activate(): Promise<void> {
  // Pages are requested while the worker starts: a slow phone does not wait for both.
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** Return the page from the server. Without a connection, return the stored page or its replacement. */
async function loadPage(event: FetchRequest, path: string): Promise<Response> {
  try {
    const fresh = await event.preloadResponse ?? await fetch(event.request);
    if (path === HARM_REDUCTION && fresh.status >= 500) throw new Error(String(fresh.status));
    if (path === HARM_REDUCTION) event.waitUntil(storeHarmReduction().catch(() => undefined));
    else if (PAGES.includes(path) && fresh.ok) event.waitUntil(store(path).catch(() => undefined));
    else if (Date.now() > freshUntil) event.waitUntil(storeAll());
    return fresh;
  } catch (error) {
    const stored = (path === HARM_REDUCTION && await caches.match(HARM_REDUCTION)) || await caches.match(PAGES.includes(path) ? path : FALLS_BACK_TO_HELP.test(path) ? HELP : OFFLINE);
    if (stored) return stored;
    throw error;
  }
}

/** Store all pages again, and remove files that no page uses any more. */
async function storeAll(): Promise<void> {
  freshUntil = Date.now() + REFRESH_AFTER_MS;
  const files = await Promise.all([...PAGES.map((path) => store(path).catch(() => null)), storeHarmReduction().catch(() => null)]);
  if (files.includes(null)) return;
  const current = new Set([...files.flat(), ...PAGES]);
  const cache = await caches.open(CACHE);
  for (const old of await cache.keys()) if (!current.has(new URL(old.url).pathname)) await cache.delete(old);
}

/** Store a page as a signed-out visitor sees it, with every file of ours that it uses. Returns the files. */
async function store(path: string): Promise<string[]> {
  const response = await fetch(path, { credentials: "omit", cache: "no-cache" });
  if (!response.ok) throw new Error(String(response.status));
  const text = await response.clone().text();
  const files = [...new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1]!))];
  const cache = await caches.open(CACHE);
  await cache.addAll(files);
  await cache.put(path, response);
  return files;
}

/** Store the harm reduction page if the server allows it, else remove it. Returns what was stored. */
async function storeHarmReduction(): Promise<string[]> {
  const response = await fetch(HARM_REDUCTION, { credentials: "same-origin", cache: "no-cache" });
  if (!response.ok || response.headers.get(MAY_BE_STORED) !== "1") {
    await remove(HARM_REDUCTION);
    return [];
  }
  await (await caches.open(CACHE)).put(HARM_REDUCTION, response);
  return [HARM_REDUCTION];
}

async function remove(path: string): Promise<void> {
  await (await caches.open(CACHE)).delete(path);
}

/** Return the pushed message, or an empty one, for which a neutral text is shown. */
function readPush(event: Push): PushMessage {
  try { return event.data?.json() ?? {}; } catch { return {}; }
}

function show(message: PushMessage): Promise<void> {
  return worker.registration.showNotification(message.words ?? DEFAULT_TEXT, {
    tag: message.tag ?? "new",
    icon: NOTIFICATION_ICON,
    data: message.path?.startsWith("/notifications") ? message.path : "/notifications",
  });
}

async function open(path: string): Promise<void> {
  const [first] = await worker.clients.matchAll({ type: "window" });
  if (!first) { await worker.clients.openWindow(path); return; }
  await first.focus();
  await first.navigate(path);
}
