// Members who are present in a room, and the label that names them.

const VISIBLE_MS = 50_000;
const MAX_NAMED = 3;

export interface PresenceSignal { room_id: string; member_id: string; handle: string; present: boolean; asks: boolean }

/** Members whose last presence signal has not expired. */
export class PresenceList {
  private readonly entries = new Map<string, { handle: string; expiresAt: number }>();

  apply(signal: PresenceSignal, now: number): void {
    if (signal.present) this.entries.set(signal.member_id, { handle: signal.handle, expiresAt: now + VISIBLE_MS });
    else this.entries.delete(signal.member_id);
  }

  names(now: number): string[] {
    return [...this.entries.values()].filter((entry) => entry.expiresAt > now).map((entry) => entry.handle).sort((a, b) => a.localeCompare(b));
  }
}

/** Return a short label for the head of a room, empty when no one is present. */
export function presenceLabel(names: string[]): string {
  if (!names.length) return "";
  return `Here: ${names.slice(0, MAX_NAMED).join(", ")}${names.length > MAX_NAMED ? " and others" : ""}`;
}
