// The one socket of a page: websocket only, signed in by the session cookie, back by itself after a random pause.
import { io, type Socket } from "socket.io-client";
import { forgetAll } from "./kept";

export interface Refusal { code: string; detail: string; retry_after?: number; help?: string; errors?: Record<string, string[]> }
export type Answer<T> = ({ ok: true } & T) | { ok: false; error: Refusal };

const LONGEST_WAIT = 8000;
const REFUSED_PAUSE = 10_000;

export const socket: Socket = io({
  transports: ["websocket"],
  autoConnect: false,
  reconnectionDelay: 500,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 0.7,
});

/** Ask the server and wait for its answer, at most eight seconds. Rejects when there is none. */
export function ask<T>(event: string, body: object): Promise<Answer<T>> {
  if (!socket.connected) return Promise.reject(new Error("not connected"));
  return socket.timeout(LONGEST_WAIT).emitWithAck(event, body) as Promise<Answer<T>>;
}

/** Connect, and leave the page when the session has ended. */
export function startSocket(): void {
  socket.on("session.ended", leave);
  socket.on("connect_error", () => { if (!socket.active) void tryAgain(); });
  socket.on("disconnect", () => { if (!socket.active) void tryAgain(); });
  // A line that is cut is noticed at once, not after a missed ping, and used again as soon as it is back.
  addEventListener("offline", () => socket.io.engine?.close());
  addEventListener("online", () => { if (!socket.connected) { socket.disconnect(); socket.connect(); } });
  socket.connect();
}

/** The server said no or closed: somebody who is still signed in tries again later. */
async function tryAgain(): Promise<void> {
  const response = await fetch("/api/v1/me", { headers: { Accept: "application/json", "X-Background": "1" } }).catch(() => null);
  if (response?.status === 401) return leave();
  setTimeout(() => socket.connect(), REFUSED_PAUSE * (0.5 + Math.random()));
}

function leave(): void {
  forgetAll();
  location.assign("/sign-in");
}
