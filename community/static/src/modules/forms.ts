// Small helps in forms: what is wrong takes the focus, passwords can be shown, the device's time zone is proposed.

export function startForms(): void {
  document.querySelector<HTMLElement>("[data-problems]")?.focus();
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const field = document.getElementById(box.dataset.show ?? "");
    if (field instanceof HTMLInputElement) field.type = box.checked ? "text" : "password";
  });
  for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-time-zone]")) proposeZone(select);
}

function proposeZone(select: HTMLSelectElement): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}
