// Clears what this tab stores when the member signs out.
import { clearStorage } from "../lib/storage";

export function startSignOutCleanup(): void {
  document.addEventListener("submit", (event) => {
    if ((event.target as HTMLFormElement).getAttribute("action") === "/sign-out") clearStorage();
  });
}
