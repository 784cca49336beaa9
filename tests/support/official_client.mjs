// The official JavaScript client: opens a room, says what it is told to, and prints what it was sent as lines of JSON.
// node tests/support/official_client.mjs URL TOKEN ROOM COUNT
import { io } from "socket.io-client";

const [url, token, room_id, count] = process.argv.slice(2);
const print = (kind, value) => process.stdout.write(JSON.stringify([kind, value]) + "\n");
const socket = io(url, { transports: ["websocket"], auth: { token }, reconnection: false });
socket.on("connect_error", (error) => { print("refused", error.message); process.exit(1); });
socket.on("disconnect", (reason) => { print("disconnected", reason); process.exit(0); });
socket.on("session.ended", (why) => print("session.ended", why));
socket.on("message.posted", (message) => print("message.posted", message));
socket.on("connect", async () => {
  print("opened", await socket.emitWithAck("room.open", { room_id }));
  for (let number = 0; number < Number(count); number += 1) {
    const said = { room_id, client_msg_id: crypto.randomUUID(), body: `From the browser's library: ${number} 🌿` };
    print("said", await socket.emitWithAck("message.send", said));
  }
  print("unknown", await socket.emitWithAck("no.such", {}));
  print("done", socket.id.length > 0);
});
