// Selects the device's time zone in `select[data-time-zone]`, and keeps the name in its folded line up to date.

export function startTimeZoneDefault(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-time-zone]")) {
    if ([...select.options].some((option) => option.value === zone)) select.value = zone;
    showName(select);
  }
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) showName(event.target);
  });
}

function showName(select: HTMLSelectElement): void {
  const name = select.closest("details")?.querySelector("[data-time-zone-name]");
  const chosen = select.selectedOptions[0];
  if (name && chosen) name.textContent = chosen.text;
}
