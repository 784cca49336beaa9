// The peer: Node's socket.io as its documentation sets it up for speed. It stores nothing and checks nothing.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, httpCompression: false });
let head = 0;

io.on("connection", (socket) => {
  socket.on("room.open", ({ room_id }, answer) => {
    socket.join(room_id);
    answer({ ok: true, head_seq: head, head_rev: head, oldest_seq: 0, messages: [], changes: [], more: false });
  });
  socket.on("message.send", ({ room_id, client_msg_id, body }, answer) => {
    const seq = ++head;
    const id = crypto.randomUUID();
    const created_at = new Date().toISOString();
    answer({ ok: true, message: { id, seq, rev: seq, created_at }, duplicate: false });
    const author = { id: "7d8cfe47-3b3c-4c1d-9a39-6d2a3a0f7a11", handle: "Somebody" };
    const rest = { reply_to: null, created_at, edited_at: null, removed: false, reactions: [] };
    io.to(room_id).emit("message.posted", { id, room_id, seq, rev: seq, client_msg_id, author, body, ...rest });
  });
});

http.listen(Number(process.env.PORT), "127.0.0.1");
