// Selects the device's time zone in `select[data-time-zone]`.

export function startTimeZoneDefault(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-time-zone]")) {
    if ([...select.options].some((option) => option.value === zone)) select.value = zone;
  }
}
