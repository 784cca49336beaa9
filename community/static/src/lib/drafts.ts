// Messages of this tab that are not sent yet, by room.

const PREFIX = "unsent:";

export function unsentKey(memberId: string, roomId: string): string {
  return `${PREFIX}${memberId}:${roomId}`;
}

/** Return the text of all unsent messages, room by room, oldest first. */
export function unsentTexts(store: Storage | null = tabStore()): string[] {
  if (!store) return [];
  const keys = Array.from({ length: store.length }, (_, index) => store.key(index) ?? "");
  return keys.filter((key) => key.startsWith(PREFIX)).sort().flatMap((key) => bodies(store.getItem(key)));
}

function bodies(text: string | null): string[] {
  try {
    const entries = JSON.parse(text ?? "[]") as { body?: unknown }[];
    return entries.map((entry) => entry.body).filter((body): body is string => typeof body === "string");
  } catch {
    return [];
  }
}

function tabStore(): Storage | null {
  try { return sessionStorage; } catch { return null; }
}
