// Names people of the room: after an @ a list of handles opens above the line, to be chosen by keys or by a tap.
import { written } from "../lib/dom";
import { send } from "../lib/http";
import type { Author } from "../lib/log";
import type { Place } from "./place";

const PAUSE = 120;
const BEGUN = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_][\p{L}\p{N}_ .'-]{0,31})?$/u;

export function startMentions(place: Place): void {
  const list = place.form.querySelector<HTMLElement>("#names");
  if (list) new Mentions(place, list).start();
}

class Mentions {
  private chosen = 0;
  private asked = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly place: Place, private readonly list: HTMLElement) {}

  start(): void {
    const { words } = this.place;
    words.setAttribute("aria-autocomplete", "list");
    words.setAttribute("aria-controls", "names");
    words.addEventListener("input", () => this.look());
    words.addEventListener("blur", () => setTimeout(() => this.close(), PAUSE));
    words.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    this.list.addEventListener("pointerdown", (event) => {
      const at = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (at) { event.preventDefault(); this.take(at); }
    });
  }

  private look(): void {
    clearTimeout(this.timer);
    const begun = this.begun();
    if (begun === null) return this.close();
    this.timer = setTimeout(() => void this.ask(begun), PAUSE);
  }

  /** What stands between the @ and the cursor, null when no name is being written. */
  private begun(): string | null {
    const { words } = this.place;
    const found = BEGUN.exec(words.value.slice(0, words.selectionEnd));
    return found ? found[1] ?? "" : null;
  }

  private async ask(begun: string): Promise<void> {
    this.asked = begun;
    const path = `/rooms/${this.place.roomId}/people?q=${encodeURIComponent(begun)}`;
    const items = await send<{ items: Author[] }>("GET", path).then((answer) => answer.items, () => []);
    if (this.asked === begun && this.begun() === begun) this.show(items);
  }

  private show(people: Author[]): void {
    if (!people.length) return this.close();
    this.list.replaceChildren(...people.map((one, place) => {
      const option = written("li", "", one.handle);
      option.id = `name-${place}`;
      option.setAttribute("role", "option");
      return option;
    }));
    this.list.hidden = false;
    this.choose(0);
  }

  private choose(place: number): void {
    const options = [...this.list.children];
    this.chosen = (place + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.chosen)));
    this.place.words.setAttribute("aria-activedescendant", `name-${this.chosen}`);
  }

  private pressed(event: KeyboardEvent): void {
    if (this.list.hidden || event.isComposing) return;
    const option = this.list.children[this.chosen];
    if (event.key === "ArrowDown") this.choose(this.chosen + 1);
    else if (event.key === "ArrowUp") this.choose(this.chosen - 1);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && option) this.take(option);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private take(option: Element): void {
    const { words } = this.place;
    const end = words.selectionEnd;
    const start = end - (this.begun() ?? "").length;
    words.setRangeText(`${option.textContent ?? ""} `, start, end, "end");
    this.close();
    words.focus();
    words.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked = "";
    this.list.hidden = true;
    this.place.words.removeAttribute("aria-activedescendant");
  }
}
