// The bell in the top bar counts what came while this page is open. The words stay on the server until they are read.
import { element } from "../lib/dom";
import { socket } from "../lib/socket";

export function startBell(): void {
  const bell = document.querySelector<HTMLElement>("[data-bell]");
  if (!bell) return;
  let count = Number(bell.dataset.bell ?? 0);
  socket.on("notification.created", () => {
    count += 1;
    bell.setAttribute("aria-label", `Notifications, ${count} new`);
    if (!bell.querySelector(".dot")) bell.append(element("span", "dot"));
  });
}
