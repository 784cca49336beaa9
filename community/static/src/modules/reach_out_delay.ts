// "I need someone" can be stopped for some seconds before anyone is told. The request is stored at once: closing the page
// does not stop it. Without this script it begins at once.
const DELAY_SECONDS = "5";

export function startReachOutDelay(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    // Not `form.action`: a field of that name takes its place.
    const path = new URL(form.getAttribute("action") ?? "", location.href).pathname;
    if (event.defaultPrevented || path !== "/reach-out" || form.querySelector("[name=delay_seconds]")) return;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "delay_seconds";
    field.value = DELAY_SECONDS;
    form.append(field);
  });
}
