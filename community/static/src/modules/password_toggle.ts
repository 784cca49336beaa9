// Checkboxes that show a password: `data-toggles-password` is the id of its input.

export function startPasswordToggles(): void {
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const input = document.getElementById(box.dataset.togglesPassword ?? "");
    if (input instanceof HTMLInputElement) input.type = box.checked ? "text" : "password";
  });
}
