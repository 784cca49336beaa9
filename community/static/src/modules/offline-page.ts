// The page that stands in for one that cannot be reached: shows what waits to be sent, and goes on when that is possible.
import { words } from "../lib/unsent";

const LOOK_AGAIN = 10_000;

export function startOfflinePage(): void {
  const page = document.querySelector("[data-offline-page]");
  // Opened by its own address there is nothing to come back to.
  if (!page || location.pathname === "/offline") return;
  const place = page.querySelector<HTMLElement>("[data-kept-words]");
  const list = place?.querySelector("ul");
  const waiting = words();
  if (place && list && waiting.length) {
    list.replaceChildren(...waiting.map((text) => {
      const row = document.createElement("li");
      row.className = "row";
      const body = document.createElement("p");
      body.textContent = text;
      body.dir = "auto";
      row.append(body);
      return row;
    }));
    place.hidden = false;
  }
  const goOn = (): void => { fetch("/healthz", { cache: "no-store" }).then((answer) => { if (answer.ok) location.reload(); }).catch(() => undefined); };
  addEventListener("online", goOn);
  setInterval(goOn, LOOK_AGAIN);
}
