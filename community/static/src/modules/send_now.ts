// A form that waited while the member confirmed that it is them: it is sent as soon as the page is there.

export function startSendNow(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-send-now]");
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (navigation?.type !== "back_forward") form?.requestSubmit();
}
