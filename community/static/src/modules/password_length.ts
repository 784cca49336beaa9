// Counts the characters of a new password up to the minimum: `data-length-of` is the id of its input.

export function startPasswordLengths(): void {
  for (const counter of document.querySelectorAll<HTMLElement>("[data-length-of]")) {
    const input = document.getElementById(counter.dataset.lengthOf ?? "");
    if (input instanceof HTMLInputElement) input.addEventListener("input", () => show(counter, input));
  }
}

function show(counter: HTMLElement, input: HTMLInputElement): void {
  const length = [...input.value].length;
  counter.hidden = length === 0;
  counter.textContent = length < input.minLength ? `${length} of ${input.minLength} characters` : `${length} characters. Long enough.`;
}
