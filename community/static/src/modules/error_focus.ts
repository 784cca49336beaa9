// Moves the focus to the errors of a form that was refused.

export function startErrorFocus(): void {
  document.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}
