// Who is here, as long as their sign lasts, in words.

const LASTS = 50_000;
const MOST_NAMED = 3;

export interface Sign { room_id: string; member_id: string; handle: string; present: boolean; asks: boolean }

/** Those whose sign has not run out, by name. */
export class Here {
  private readonly seen = new Map<string, { handle: string; until: number }>();

  take(sign: Sign, now: number): void {
    if (sign.present) this.seen.set(sign.member_id, { handle: sign.handle, until: now + LASTS });
    else this.seen.delete(sign.member_id);
  }

  names(now: number): string[] {
    return [...this.seen.values()].filter((one) => one.until > now).map((one) => one.handle).sort((a, b) => a.localeCompare(b));
  }
}

/** In few words, for the head of a room on a phone; nothing when nobody shows. */
export function inWords(names: string[]): string {
  if (!names.length) return "";
  return `Here: ${names.slice(0, MOST_NAMED).join(", ")}${names.length > MOST_NAMED ? " and others" : ""}`;
}
