// Where this tab keeps what was written in rooms and is not sent yet.

const PREFIX = "unsent:";

export function unsentKey(memberId: string, roomId: string): string {
  return `${PREFIX}${memberId}:${roomId}`;
}

/** The words of all of it, room by room, oldest first. */
export function words(store: Storage | null = tabStore()): string[] {
  if (!store) return [];
  const keys = Array.from({ length: store.length }, (_, place) => store.key(place) ?? "");
  return keys.filter((key) => key.startsWith(PREFIX)).sort().flatMap((key) => bodies(store.getItem(key)));
}

function bodies(text: string | null): string[] {
  try {
    const entries = JSON.parse(text ?? "[]") as { body?: unknown }[];
    return entries.map((one) => one.body).filter((body): body is string => typeof body === "string");
  } catch {
    return [];
  }
}

function tabStore(): Storage | null {
  try { return sessionStorage; } catch { return null; }
}
