// Lines on the lock screen: switched on and off on the page of devices, and kept known to the server elsewhere.
import { Refused, send, wordsFor } from "../lib/http";

const TOLD = "push-told";

export function startPush(): void {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return;
  const place = document.querySelector<HTMLElement>("[data-push]");
  if (place) startSwitch(place);
  else void tellAgain();
}

/** A browser that is switched on belongs to the session that is signed in now: say so once for each window. */
async function tellAgain(): Promise<void> {
  if (Notification.permission !== "granted" || sessionStorage.getItem(TOLD)) return;
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  if (subscription) await tell(subscription).catch(() => undefined);
}

async function tell(subscription: PushSubscription): Promise<void> {
  await send("POST", "/push-subscriptions", subscription.toJSON());
  sessionStorage.setItem(TOLD, "1");
}

function startSwitch(place: HTMLElement): void {
  const said = place.querySelector<HTMLElement>("[data-push-said]");
  const wrong = place.querySelector<HTMLElement>("[data-push-error]");
  const on = place.querySelector<HTMLButtonElement>("[data-push-on]");
  const off = place.querySelector<HTMLButtonElement>("[data-push-off]");
  if (!said || !wrong || !on || !off) return;

  const show = (isOn: boolean): void => {
    const isDenied = Notification.permission === "denied";
    on.hidden = isOn || isDenied;
    off.hidden = !isOn;
    said.textContent = isOn ? "It is switched on here."
      : isDenied ? "This browser does not let us show anything. You can change that in its settings for this page."
        : "It is switched off here. Your browser asks you once more.";
  };
  const attempt = (act: () => Promise<void>) => async (): Promise<void> => {
    wrong.hidden = true;
    on.disabled = off.disabled = true;
    try { await act(); location.reload(); }
    catch (error) {
      wrong.textContent = error instanceof Refused ? wordsFor(error) : "This browser could not switch it on. Nothing has changed.";
      wrong.hidden = false;
      show(!off.hidden);
    }
    on.disabled = off.disabled = false;
  };
  on.addEventListener("click", attempt(() => switchOn(place.dataset.push ?? "")));
  off.addEventListener("click", attempt(switchOff));
  navigator.serviceWorker.getRegistration()
    .then((registration) => registration?.pushManager.getSubscription())
    .then((subscription) => { show(Boolean(subscription)); })
    .catch(() => { show(false); });
}

async function switchOn(key: string): Promise<void> {
  if (await Notification.requestPermission() !== "granted") return;
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  // One that was made for another key of ours stands in the way of a new one.
  const subscription = await pushManager.subscribe(options).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  });
  await tell(subscription);
}

async function switchOff(): Promise<void> {
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  sessionStorage.removeItem(TOLD);
  const here = document.querySelector<HTMLFormElement>("form[data-push-here]");
  await subscription?.unsubscribe();
  if (here) await fetch(here.action, { method: "POST", body: new URLSearchParams([...new FormData(here)].map(([name, value]) => [name, String(value)])) });
}
