// Shows a banner when the connection stays down.
import { socket } from "../lib/socket";

const OFFLINE_AFTER = 2500;

export function startOffline(root: HTMLElement): void {
  const banner = root.querySelector<HTMLElement>("[data-offline]");
  if (!banner) return;
  const show = (isShown: boolean): void => { banner.hidden = !isShown; };
  let timer = setTimeout(() => show(true), OFFLINE_AFTER);
  socket.on("connect", () => { clearTimeout(timer); show(false); });
  socket.on("disconnect", () => { clearTimeout(timer); timer = setTimeout(() => show(true), OFFLINE_AFTER); });
  addEventListener("offline", () => { clearTimeout(timer); show(true); });
}
