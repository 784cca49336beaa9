// What this tab keeps for itself until it is closed or somebody signs out; a private window keeps nothing.

export function keep(key: string, text: string): void {
  try { if (text) sessionStorage.setItem(key, text); else sessionStorage.removeItem(key); } catch { /* nothing is kept */ }
}

export function kept(key: string): string {
  try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; }
}

export function forgetAll(): void {
  try { sessionStorage.clear(); } catch { /* nothing was kept */ }
}

/** Forget everything when somebody signs out. */
export function startForgetting(): void {
  document.addEventListener("submit", (event) => {
    if ((event.target as HTMLFormElement).getAttribute("action") === "/sign-out") forgetAll();
  });
}
