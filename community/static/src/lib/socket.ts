// The one socket of a page: websocket only, signed in by the session cookie, back by itself with a random pause.
import { io, type Socket } from "socket.io-client";

export type Answer = { ok: true; [key: string]: unknown } | { ok: false; error: { code: string; detail: string; retry_after?: number } };

export const socket: Socket = io({
  transports: ["websocket"],
  autoConnect: false,
  reconnectionDelay: 500,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 1,
});

/** Ask the server and wait for its answer, at most eight seconds. Rejects when there is none. */
export function ask(event: string, body: unknown): Promise<Answer> {
  return socket.timeout(8000).emitWithAck(event, body) as Promise<Answer>;
}

/** Connect, and leave the page when the session has ended. */
export function startSocket(): void {
  socket.on("session.ended", () => { try { sessionStorage.clear(); } catch { /* nothing kept */ } location.assign("/sign-in"); });
  socket.connect();
}
