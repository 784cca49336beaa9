// The card with the ways to help under the reader's own message, when it is a cry for help. It is worked out here, only
// this reader sees it, and nothing about it is sent. "Not now" is kept in this tab and holds for that message.
import { asksForHelp } from "../lib/crisis_keywords";
import type { Message } from "../lib/message_log";
import { loadText, storeText } from "../lib/storage";
import type { Unsent } from "./outbox";
import type { RoomContext } from "./context";

/** How long after it was written or edited a message shows the card on a page that was opened later. */
const SHOWN_MS = 60 * 60 * 1000;

export class CrisisCard {
  private readonly storageKey: string;
  private readonly dismissed: Set<string>;
  private readonly template = document.querySelector<HTMLTemplateElement>("template#crisis-card");
  /** Messages that were sent or edited on this page, whatever the device's clock says. */
  private readonly written = new Set<string>();
  private readonly found = new Map<string, boolean>();

  constructor(private readonly room: RoomContext, private readonly onDismiss: () => void) {
    this.storageKey = `calm:${room.me.id}`;
    this.dismissed = new Set(loadText(this.storageKey).split(" ").filter(Boolean));
  }

  /** Return the key of the one message that the card belongs under: the newest of mine that asks for help, or "". */
  placeAmong(messages: readonly Message[], unsent: readonly Unsent[]): string {
    for (const entry of unsent) this.written.add(entry.id);
    const newest = unsent.findLast((entry) => this.asks(entry.id, entry.body));
    const key = newest?.id ?? keyOf(messages.findLast((message) => this.isFresh(message) && this.asks(keyOf(message), message.body ?? "")));
    return this.dismissed.has(key) ? "" : key;
  }

  /** Render the card for a message. */
  render(key: string): HTMLElement {
    const item = document.createElement("li");
    if (this.template) item.append(document.importNode(this.template.content, true));
    item.querySelector("[data-not-now]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.dismissed.add(key);
      storeText(this.storageKey, [...this.dismissed].join(" "));
      this.onDismiss();
      this.room.input.focus();
    });
    return item;
  }

  private isFresh(message: Message): boolean {
    if (message.author?.id !== this.room.me.id) return false;
    return this.written.has(keyOf(message)) || Date.now() - Date.parse(message.edited_at ?? message.created_at) < SHOWN_MS;
  }

  /** Return whether a text asks for help. Each is read once. */
  private asks(key: string, body: string): boolean {
    const known = `${key} ${body}`;
    const asks = this.found.get(known) ?? asksForHelp(body);
    this.found.set(known, asks);
    return asks;
  }
}

/** Return the key that a message keeps from the moment it is written. */
export function keyOf(message: Message | undefined): string {
  return message ? message.client_msg_id ?? message.id : "";
}
