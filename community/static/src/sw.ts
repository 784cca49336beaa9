// The service worker: shows that something is new, in words that tell a passer-by nothing, and leads to it. And it keeps
// the pages that help, with what they are drawn with, for when there is no line: nothing of anybody is in them. Whatever
// else is asked for then, a page of ours says so, with the lines to call, and not the browser's.

export {};

interface Line { path?: string; tag?: string; words?: string }
interface Shown { notification: Notification; waitUntil(work: Promise<unknown>): void }
interface Pushed { data: { json(): Line } | null; waitUntil(work: Promise<unknown>): void }
interface Window { url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }
interface Asked { request: Request; preloadResponse: Promise<Response | undefined>; respondWith(answer: Promise<Response>): void; waitUntil(work: Promise<unknown>): void }
interface Worker {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(options: object): Promise<Window[]>; openWindow(url: string): Promise<unknown>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "push", listen: (event: Pushed) => void): void;
  addEventListener(kind: "notificationclick", listen: (event: Shown) => void): void;
  addEventListener(kind: "fetch", listen: (event: Asked) => void): void;
  addEventListener(kind: "install" | "activate", listen: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
}

const worker = self as unknown as Worker;
const WORDS = "You have a new notification";

const KEPT = "kept-1";
const HELP = "/help";
const OFFLINE = "/offline";
/** Pages that are kept; each is the same for everybody. */
const PAGES = [HELP, "/breathe", OFFLINE];
/** Kept while somebody is signed in, or where they chose to keep it: its words tell what this place is. */
const SAFER = "/safer";
const MAY_BE_KEPT = "X-Keep";
/** After these it may be somebody else who looks. */
const CHANGES_WHO = /^\/(sign-in|sign-out|join\/.*|account\/password|safer\/keep)$/;
/** Whoever asks for one of these without a line gets the lines to call. */
const LEADS_TO_HELP = /^\/(help|reach-outs?)(\/|$)/;
const FRESH_FOR = 3_600_000;
let freshUntil = 0;

worker.addEventListener("install", (event) => event.waitUntil(Promise.all([worker.skipWaiting(), keepAll()])));
worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    if (event.request.method === "POST" && CHANGES_WHO.test(pathname)) {
      freshUntil = 0;
      event.waitUntil(letGo(SAFER));
    }
    if (event.request.method === "GET" || LEADS_TO_HELP.test(pathname)) event.respondWith(page(event, pathname));
  } else if (event.request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(fetch(event.request).catch(async (error: unknown) => {
      const kept = await caches.match(event.request);
      if (kept) return kept;
      throw error;
    }));
  }
});
worker.addEventListener("activate", (event) => event.waitUntil(begin()));
worker.addEventListener("push", (event) => event.waitUntil(show(read(event))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data ?? "/notifications")));
});

async function begin(): Promise<void> {
  // A page is asked for while the worker still wakes: a slow phone does not wait for both.
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** The page as it is now; without a line the kept one, or what stands in for it. */
async function page(event: Asked, path: string): Promise<Response> {
  try {
    const fresh = await event.preloadResponse ?? await fetch(event.request);
    if (path === SAFER && fresh.status >= 500) throw new Error(String(fresh.status));
    if (path === SAFER) event.waitUntil(keepIfAllowed().catch(() => undefined));
    else if (PAGES.includes(path) && fresh.ok) event.waitUntil(keep(path).catch(() => undefined));
    else if (Date.now() > freshUntil) event.waitUntil(keepAll());
    return fresh;
  } catch (error) {
    const kept = (path === SAFER && await caches.match(SAFER)) || await caches.match(PAGES.includes(path) ? path : LEADS_TO_HELP.test(path) ? HELP : OFFLINE);
    if (kept) return kept;
    throw error;
  }
}

/** Keep them all anew, and let go of files that none of them names any more. */
async function keepAll(): Promise<void> {
  freshUntil = Date.now() + FRESH_FOR;
  const named = await Promise.all([...PAGES.map((path) => keep(path).catch(() => null)), keepIfAllowed().catch(() => null)]);
  if (named.includes(null)) return;
  const kept = new Set([...named.flat(), ...PAGES]);
  const cache = await caches.open(KEPT);
  for (const old of await cache.keys()) if (!kept.has(new URL(old.url).pathname)) await cache.delete(old);
}

/** Keep a page and every file of ours that it names, as a visitor sees it who is not signed in. Which files they are. */
async function keep(path: string): Promise<string[]> {
  const response = await fetch(path, { credentials: "omit", cache: "no-cache" });
  if (!response.ok) throw new Error(String(response.status));
  const text = await response.clone().text();
  const files = [...new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1]!))];
  const cache = await caches.open(KEPT);
  await cache.addAll(files);
  await cache.put(path, response);
  return files;
}

/** Keep what saves lives for whoever may read it, and nobody else. Which files it is drawn with, and the page itself. */
async function keepIfAllowed(): Promise<string[]> {
  const response = await fetch(SAFER, { credentials: "same-origin", cache: "no-cache" });
  if (!response.ok || response.headers.get(MAY_BE_KEPT) !== "1") {
    await letGo(SAFER);
    return [];
  }
  await (await caches.open(KEPT)).put(SAFER, response);
  return [SAFER];
}

async function letGo(path: string): Promise<void> {
  await (await caches.open(KEPT)).delete(path);
}

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
