// Push notifications: turned on and off on the devices page, and registered again with the server for each session.
import { RequestFailed, send, errorText } from "../lib/http";

const REGISTERED_KEY = "push-told";

export function startPush(): void {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return;
  const section = document.querySelector<HTMLElement>("[data-push]");
  if (section) startToggle(section);
  else void registerAgain();
}

/** Register a browser's subscription with the session that is signed in now, once per tab. */
async function registerAgain(): Promise<void> {
  if (Notification.permission !== "granted" || sessionStorage.getItem(REGISTERED_KEY)) return;
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  if (subscription) await register(subscription).catch(() => undefined);
}

async function register(subscription: PushSubscription): Promise<void> {
  await send("POST", "/push-subscriptions", subscription.toJSON());
  sessionStorage.setItem(REGISTERED_KEY, "1");
}

function startToggle(section: HTMLElement): void {
  const status = section.querySelector<HTMLElement>("[data-push-status]");
  const errorMessage = section.querySelector<HTMLElement>("[data-push-error]");
  const enableButton = section.querySelector<HTMLButtonElement>("[data-push-enable]");
  const disableButton = section.querySelector<HTMLButtonElement>("[data-push-disable]");
  if (!status || !errorMessage || !enableButton || !disableButton) return;

  const show = (isOn: boolean): void => {
    const isDenied = Notification.permission === "denied";
    enableButton.hidden = isOn || isDenied;
    disableButton.hidden = !isOn;
    status.textContent = isOn ? "Notifications are on for this device."
      : isDenied ? "Your browser blocks notifications from this page. You can change that in the browser’s settings."
        : "Notifications are off for this device. If you turn them on, your browser asks you once.";
  };
  const attempt = (act: () => Promise<void>) => async (): Promise<void> => {
    errorMessage.hidden = true;
    enableButton.disabled = disableButton.disabled = true;
    try { await act(); location.reload(); }
    catch (error) {
      errorMessage.textContent = error instanceof RequestFailed ? errorText(error) : "Your browser couldn’t turn notifications on. Nothing has changed.";
      errorMessage.hidden = false;
      show(!disableButton.hidden);
    }
    enableButton.disabled = disableButton.disabled = false;
  };
  enableButton.addEventListener("click", attempt(() => subscribe(section.dataset.push ?? "")));
  disableButton.addEventListener("click", attempt(unsubscribe));
  navigator.serviceWorker.getRegistration()
    .then((registration) => registration?.pushManager.getSubscription())
    .then((subscription) => { show(Boolean(subscription)); })
    .catch(() => { show(false); });
}

async function subscribe(key: string): Promise<void> {
  if (await Notification.requestPermission() !== "granted") return;
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  // A subscription made with an earlier application key prevents a new one.
  const subscription = await pushManager.subscribe(options).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  });
  await register(subscription);
}

async function unsubscribe(): Promise<void> {
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  sessionStorage.removeItem(REGISTERED_KEY);
  const form = document.querySelector<HTMLFormElement>("form[data-push-current]");
  await subscription?.unsubscribe();
  if (form) await fetch(form.action, { method: "POST", body: new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])) });
}
