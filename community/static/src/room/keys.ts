// A room by keyboard: arrows go from message to message, Enter opens what can be done, R and E go straight there.
import type { Log } from "../lib/log";
import type { Composer } from "./composer";
import type { Menu } from "./menu";
import type { Place } from "./place";

export function startKeys(place: Place, log: Log, composer: Composer, menu: Menu): void {
  const { scroller, list, words } = place;
  scroller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const item = target.closest<HTMLElement>("li[data-seq]");
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      go(list, item, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Escape") {
      words.focus();
    } else if (item && target === item) {
      act(event, item);
    }
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" || words.value || event.defaultPrevented) return;
    const mine = log.inOrder().findLast((message) => message.author?.id === place.me.id);
    if (mine) { event.preventDefault(); composer.edit(mine); }
  });

  function act(event: KeyboardEvent, item: HTMLElement): void {
    const message = log.byId(item.dataset.id ?? "");
    if (!message?.author) return;
    const opener = item.querySelector<HTMLElement>(".msg__menu");
    if (event.key === "Enter" && opener) menu.open(opener);
    else if (event.key === "r" && !place.isClosed) composer.reply(message);
    else if (event.key === "e" && !place.isClosed && message.author.id === place.me.id) composer.edit(message);
    else return;
    event.preventDefault();
  }
}

/** Give the focus to the next message up or down; from outside, to the newest. */
function go(list: HTMLElement, from: HTMLElement | null, step: -1 | 1): void {
  const items = [...list.querySelectorAll<HTMLElement>("li[data-seq]")];
  const at = from ? items.indexOf(from) + step : items.length - 1;
  const to = items[Math.max(0, Math.min(at, items.length - 1))];
  if (!to) return;
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
}
