// The script of pages for who is signed in.
import { startPage } from "./lib/page";
import { socket, startSocket } from "./lib/socket";
import { startRoom } from "./modules/room";

startPage();
const bell = document.querySelector<HTMLElement>("[data-bell]");
socket.on("notification.created", () => {
  if (!bell) return;
  if (!bell.querySelector(".dot")) bell.append(Object.assign(document.createElement("span"), { className: "dot" }));
  bell.setAttribute("aria-label", "Notifications, something new");
});
const room = document.querySelector<HTMLElement>("[data-room-id]");
if (room) startRoom(room);
startSocket();
