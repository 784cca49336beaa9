// The one socket of a page: WebSocket only, authenticated by the session cookie, reconnecting after a random pause.
import { io, type Socket } from "socket.io-client";
import { clearStorage } from "./storage";

export interface SocketError { code: string; detail: string; retry_after?: number; help?: string; errors?: Record<string, string[]> }
export type Reply<T> = ({ ok: true } & T) | { ok: false; error: SocketError };

const REPLY_TIMEOUT_MS = 8000;
const REFUSED_RETRY_MS = 10_000;
const COOKIE_ARRIVES_MS = 1500;

export const socket: Socket = io({
  transports: ["websocket"],
  autoConnect: false,
  reconnectionDelay: 500,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 0.7,
});

/** Emit an event and wait for its acknowledgement, at most eight seconds. Rejects without one. */
export function request<T>(event: string, body: object): Promise<Reply<T>> {
  if (!socket.connected) return Promise.reject(new Error("not connected"));
  return socket.timeout(REPLY_TIMEOUT_MS).emitWithAck(event, body) as Promise<Reply<T>>;
}

/** Connect, and leave the page when the session has ended. */
export function startSocket(): void {
  socket.on("session.ended", () => void leaveUnlessRenewed());
  socket.on("connect_error", () => { if (!socket.active) void reconnectLater(); });
  socket.on("disconnect", () => { if (!socket.active) void reconnectLater(); });
  // A lost connection is noticed at once, not after a missed ping, and used again as soon as it is back.
  addEventListener("offline", () => socket.io.engine?.close());
  addEventListener("online", () => { if (!socket.connected) { socket.disconnect(); socket.connect(); } });
  socket.connect();
}

/**
 * Leave the page, or connect again when the member has confirmed in another tab that it is them: that ends the old session,
 * and the answer there brings the cookie of the new one, perhaps a moment later.
 */
async function leaveUnlessRenewed(): Promise<void> {
  if (await isSignedIn() || (await pause(COOKIE_ARRIVES_MS), await isSignedIn())) socket.connect();
  else goToSignIn();
}

async function isSignedIn(): Promise<boolean> {
  const response = await fetch("/api/v1/me", { headers: { Accept: "application/json", "X-Background": "1" } }).catch(() => null);
  return response?.ok ?? false;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

/** Reconnect later after the server refused or closed the connection, if the member is still signed in. */
async function reconnectLater(): Promise<void> {
  const response = await fetch("/api/v1/me", { headers: { Accept: "application/json", "X-Background": "1" } }).catch(() => null);
  if (response?.status === 401) return goToSignIn();
  setTimeout(() => socket.connect(), REFUSED_RETRY_MS * (0.5 + Math.random()));
}

function goToSignIn(): void {
  clearStorage();
  location.assign("/sign-in");
}
