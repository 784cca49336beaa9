// Functions that create elements. Text from people only ever becomes text nodes.

/** Create an element with a class and content. Empty parts are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(name: K, kind = "", ...parts: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...parts.filter((part) => part !== ""));
  return made;
}

/** Create an element for text from people, whose direction follows its first letter. */
export function userText<K extends keyof HTMLElementTagNameMap>(name: K, kind = "", ...parts: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = element(name, kind, ...parts);
  made.dir = "auto";
  return made;
}

/** Return a name that keeps its direction inside our own sentence. */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

/** Create a button that does not submit a form. */
export function button(kind: string, label: string, ...parts: (Node | string)[]): HTMLButtonElement {
  const made = element("button", kind, ...parts);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  return made;
}

/** Create text for screen readers only. */
export function visuallyHidden(text: string): HTMLSpanElement {
  return element("span", "visually-hidden", text);
}

const SVG = "http://www.w3.org/2000/svg";
let sprite = "";

/** Create an icon from the sprite that the page uses. */
export function icon(name: string, more = ""): SVGElement {
  sprite ||= document.querySelector(".site-logo use")?.getAttribute("href")?.split("#")[0] ?? "/static/icons.svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", more ? `icon ${more}` : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** Create the letter and color of a member, as the server does. */
export function avatar(handle: string): HTMLSpanElement {
  const made = element("span", "avatar", [...handle][0]?.toUpperCase() ?? "");
  made.dataset.tone = String([...handle].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % 6 + 1);
  made.setAttribute("aria-hidden", "true");
  return made;
}
