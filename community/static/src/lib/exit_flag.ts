// The flag that a member left by quick exit. It is on this device only, and all tabs of this site see it.

const KEY = "quick-exit";

export function hasLeft(): boolean {
  try { return localStorage.getItem(KEY) !== null; } catch { return false; }
}

export function setLeft(): void {
  try { localStorage.setItem(KEY, "1"); } catch { /* Storage is off: the exit itself still works. */ }
}

export function clearLeft(): void {
  try { localStorage.removeItem(KEY); } catch { /* As above. */ }
}

/** Call back when another tab sets or clears the flag. */
export function watchLeft(changed: () => void): void {
  addEventListener("storage", (event) => { if (event.key === KEY || event.key === null) changed(); });
}
