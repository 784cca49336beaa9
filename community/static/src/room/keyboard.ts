// Keyboard shortcuts of a room: arrows move between messages, Enter opens the menu, R replies, E edits.
import type { MessageLog } from "../lib/message_log";
import type { Composer } from "./composer";
import type { MessageMenu } from "./message_menu";
import type { RoomContext } from "./context";

export function startKeyboard(room: RoomContext, log: MessageLog, composer: Composer, menu: MessageMenu): void {
  const { scroller, list, input } = room;
  scroller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const item = target.closest<HTMLElement>("li[data-seq]");
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      focusMessage(list, item, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Escape") {
      input.focus();
    } else if (item && target === item) {
      runShortcut(event, item);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" || input.value || event.defaultPrevented) return;
    const mine = log.inOrder().findLast((message) => message.author?.id === room.me.id);
    if (mine) { event.preventDefault(); composer.edit(mine); }
  });

  function runShortcut(event: KeyboardEvent, item: HTMLElement): void {
    const message = log.byId(item.dataset.id ?? "");
    if (!message?.author) return;
    const opener = item.querySelector<HTMLElement>(".message__menu");
    if (event.key === "Enter" && opener) menu.open(opener);
    else if (event.key === "r" && !room.isClosed) composer.reply(message);
    else if (event.key === "e" && !room.isClosed && message.author.id === room.me.id) composer.edit(message);
    else return;
    event.preventDefault();
  }
}

/** Focus the next message up or down, or the newest when no message has the focus. */
function focusMessage(list: HTMLElement, from: HTMLElement | null, step: -1 | 1): void {
  const items = [...list.querySelectorAll<HTMLElement>("li[data-seq]")];
  const index = from ? items.indexOf(from) + step : items.length - 1;
  const to = items[Math.max(0, Math.min(index, items.length - 1))];
  if (!to) return;
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
}
