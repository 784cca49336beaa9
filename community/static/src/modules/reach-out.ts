// A reach-out while it goes on: the page looks for what is new by itself, goes on with a step whose time has come, and
// says that it is being read. And on every page: somebody needs a person, said where it can be seen at once.
import { csrfToken } from "../lib/http";
import { socket } from "../lib/socket";

const EVERY_MS = 3000;
const HIDDEN_EVERY_MS = 15_000;
const READING_EVERY_MS = 60_000;

export function startReachOut(): void {
  startAsked();
  const live = document.getElementById("reach-live");
  if (!live?.dataset.live) return;
  document.querySelectorAll("[data-without-script]").forEach((part) => part.remove());
  const path = live.dataset.live;
  if (live.dataset.reading !== undefined) {
    const reading = (): void => { if (!document.hidden && live.dataset.reading !== undefined) void post(`${path}/reading`); };
    reading();
    setInterval(reading, READING_EVERY_MS);
  }
  let waiting = 0;
  const later = (): void => {
    clearTimeout(waiting);
    if (live.dataset.state !== "closed") waiting = window.setTimeout(() => void look(), document.hidden ? HIDDEN_EVERY_MS : EVERY_MS);
  };
  const look = async (): Promise<void> => {
    try {
      if (live.dataset.late !== undefined) await post(`${path}/advance`);
      take(live, await part(path, "reach-live"));
    } catch { /* no connection: the lines are there, and what stands here stays */ }
    later();
  };
  socket.on("notification.created", () => void look());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void look(); });
  if (live.dataset.late !== undefined) void look(); else later();
}

/** Take what is new into the part that is announced, unless somebody is about to press something in it. */
function take(live: HTMLElement, fresh: HTMLElement | null): void {
  if (!fresh) return;
  const tokens = /name="csrf_token" value="[^"]*"/g;
  fresh.querySelectorAll("[data-without-script]").forEach((one) => one.remove());
  const isNew = fresh.innerHTML.replace(tokens, "") !== live.innerHTML.replace(tokens, "");
  const stateChanged = fresh.dataset.state !== live.dataset.state;
  for (const name of ["state", "late", "reading"]) {
    if (fresh.dataset[name] === undefined) delete live.dataset[name]; else live.dataset[name] = fresh.dataset[name];
  }
  if (!isNew || (live.contains(document.activeElement) && !stateChanged)) return;
  live.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const part of document.querySelectorAll<HTMLElement>("[data-while-open]")) part.hidden = live.dataset.state !== "open";
  if (stateChanged) document.getElementById("main")?.focus();
}

/** What was asked of me shows on the page that I happen to be on. */
function startAsked(): void {
  const asked = document.getElementById("asked-of-me");
  if (!asked) return;
  socket.on("notification.created", async ({ kind }: { kind: string }) => {
    if (!kind.startsWith("reachout.")) return;
    const fresh = await part("/reach-out/others", "asked-of-me").catch(() => null);
    if (!fresh) return;
    asked.replaceChildren(...document.importNode(fresh, true).childNodes);
    for (const link of asked.querySelectorAll("a")) if (link.pathname === location.pathname) link.remove();
  });
}

async function part(path: string, id: string): Promise<HTMLElement | null> {
  const response = await fetch(path, { headers: { Accept: "text/html", "X-Background": "1" } });
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById(id);
}

async function post(path: string): Promise<void> {
  await fetch(path, { method: "POST", headers: { "X-Background": "1" }, body: new URLSearchParams({ csrf_token: csrfToken() }) });
}
