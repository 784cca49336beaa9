// The page that the service worker shows for an unreachable one: lists unsent messages and reloads when it can.
import { unsentTexts } from "../lib/drafts";

const RETRY_MS = 10_000;

export function startOfflinePage(): void {
  const page = document.querySelector("[data-offline-page]");
  // Opened at its own address, there is no page to return to.
  if (!page || location.pathname === "/offline") return;
  const section = page.querySelector<HTMLElement>("[data-unsent-list]");
  const list = section?.querySelector("ul");
  const texts = unsentTexts();
  if (section && list && texts.length) {
    list.replaceChildren(...texts.map((text) => {
      const row = document.createElement("li");
      row.className = "row";
      const body = document.createElement("p");
      body.textContent = text;
      body.dir = "auto";
      row.append(body);
      return row;
    }));
    section.hidden = false;
  }
  const reloadWhenReachable = (): void => { fetch("/healthz", { cache: "no-store" }).then((answer) => { if (answer.ok) location.reload(); }).catch(() => undefined); };
  addEventListener("online", reloadWhenReachable);
  setInterval(reloadWhenReachable, RETRY_MS);
}
