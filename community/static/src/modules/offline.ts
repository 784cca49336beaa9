// What has to be there without a line: the page of lines, kept by the service worker from the first visit on.

export function startOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/sw.js").catch(() => undefined);
}
