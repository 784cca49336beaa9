// Mention autocomplete: after an @, a list of handles opens above the input, for the keyboard and for touch.
import { userText } from "../lib/dom";
import { send } from "../lib/http";
import type { Author } from "../lib/message_log";
import type { RoomContext } from "./context";

const DEBOUNCE_MS = 120;
const PARTIAL_NAME = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_][\p{L}\p{N}_ .'-]{0,31})?$/u;

export function startMentionAutocomplete(room: RoomContext): void {
  const list = room.form.querySelector<HTMLElement>("#names");
  if (list) new MentionAutocomplete(room, list).start();
}

class MentionAutocomplete {
  private selectedIndex = 0;
  private requestedName = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly room: RoomContext, private readonly list: HTMLElement) {}

  start(): void {
    const { input } = this.room;
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", "names");
    input.addEventListener("input", () => this.onInput());
    input.addEventListener("blur", () => setTimeout(() => this.close(), DEBOUNCE_MS));
    input.addEventListener("keydown", (event) => this.onKeydown(event), { capture: true });
    this.list.addEventListener("pointerdown", (event) => {
      const at = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (at) { event.preventDefault(); this.insert(at); }
    });
  }

  private onInput(): void {
    clearTimeout(this.timer);
    const partial = this.partialName();
    if (partial === null) return this.close();
    this.timer = setTimeout(() => void this.requestNames(partial), DEBOUNCE_MS);
  }

  /** Return the text between the @ and the cursor, or null when no name is being written. */
  private partialName(): string | null {
    const { input } = this.room;
    const found = PARTIAL_NAME.exec(input.value.slice(0, input.selectionEnd));
    return found ? found[1] ?? "" : null;
  }

  private async requestNames(partial: string): Promise<void> {
    this.requestedName = partial;
    const path = `/rooms/${this.room.roomId}/people?q=${encodeURIComponent(partial)}`;
    const items = await send<{ items: Author[] }>("GET", path).then((answer) => answer.items, () => []);
    if (this.requestedName === partial && this.partialName() === partial) this.show(items);
  }

  private show(people: Author[]): void {
    if (!people.length) return this.close();
    this.list.replaceChildren(...people.map((person, index) => {
      const option = userText("li", "", person.handle);
      option.id = `name-${index}`;
      option.setAttribute("role", "option");
      return option;
    }));
    this.list.hidden = false;
    this.select(0);
  }

  private select(index: number): void {
    const options = [...this.list.children];
    this.selectedIndex = (index + options.length) % options.length;
    options.forEach((option, position) => option.setAttribute("aria-selected", String(position === this.selectedIndex)));
    this.room.input.setAttribute("aria-activedescendant", `name-${this.selectedIndex}`);
  }

  private onKeydown(event: KeyboardEvent): void {
    if (this.list.hidden || event.isComposing) return;
    const option = this.list.children[this.selectedIndex];
    if (event.key === "ArrowDown") this.select(this.selectedIndex + 1);
    else if (event.key === "ArrowUp") this.select(this.selectedIndex - 1);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && option) this.insert(option);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private insert(option: Element): void {
    const { input } = this.room;
    const end = input.selectionEnd;
    const start = end - (this.partialName() ?? "").length;
    input.setRangeText(`${option.textContent ?? ""} `, start, end, "end");
    this.close();
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.requestedName = "";
    this.list.hidden = true;
    this.room.input.removeAttribute("aria-activedescendant");
  }
}
