// Storage of this tab, cleared when it closes or the member signs out. In a private window nothing may be stored.

export function storeText(key: string, text: string): void {
  try { if (text) sessionStorage.setItem(key, text); else sessionStorage.removeItem(key); } catch { /* nothing is kept */ }
}

export function loadText(key: string): string {
  try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; }
}

export function clearStorage(): void {
  try { sessionStorage.clear(); } catch { /* nothing was kept */ }
}
