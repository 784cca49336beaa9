// Forms that need an answer of a passkey: the device is asked when they are sent, and its answer goes along in a field.
import { browserSupportsWebAuthn, startAuthentication, startRegistration, type PublicKeyCredentialCreationOptionsJSON, type PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import { errorText, RequestFailed, send } from "../lib/http";

type Options = PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;

export function startPasskeys(): void {
  if (!browserSupportsWebAuthn()) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
  for (const note of document.querySelectorAll<HTMLElement>("[data-no-passkeys]")) note.hidden = true;
}

/** Ask the device, and send the form with what it answered. */
async function answer(form: HTMLFormElement): Promise<void> {
  const field = form.querySelector<HTMLInputElement>("[data-answer]")!;
  const button = form.querySelector("button")!;
  showError(form, "");
  button.disabled = true;
  try {
    const { options } = await send<{ options: Options }>("POST", form.dataset.options!);
    const made = form.dataset.passkey === "make" ? await startRegistration({ optionsJSON: options }) : await startAuthentication({ optionsJSON: options });
    field.value = JSON.stringify(made);
    form.submit();
  } catch (error) {
    if (error instanceof RequestFailed && error.code === "step_up_needed") location.assign(`/step-up?next=${encodeURIComponent(location.pathname)}`);
    else showError(form, passkeyErrorText(error));
  } finally {
    button.disabled = false;
  }
}

function showError(form: HTMLFormElement, text: string): void {
  const place = form.querySelector<HTMLElement>("[role=status]")!;
  place.hidden = text === "";
  place.textContent = text;
}

function passkeyErrorText(error: unknown): string {
  if (error instanceof RequestFailed || error instanceof TypeError) return errorText(error);
  const name = error instanceof Error ? error.name : "";
  if (name === "InvalidStateError") return "This device already has a passkey here.";
  if (name === "NotAllowedError") return "Your device didn't confirm it. Please try again.";
  return "This device can't use a passkey here. Sign in another way.";
}
