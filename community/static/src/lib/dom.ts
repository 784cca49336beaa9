// Small makers of elements. Text from people only ever becomes text nodes.

/** An element with a class and what is in it; empty parts are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(name: K, kind = "", ...parts: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...parts.filter((part) => part !== ""));
  return made;
}

/** The same for what somebody wrote: it reads from the side that its first letter reads from. */
export function written<K extends keyof HTMLElementTagNameMap>(name: K, kind = "", ...parts: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = element(name, kind, ...parts);
  made.dir = "auto";
  return made;
}

/** A button that does not post. */
export function button(kind: string, label: string, ...parts: (Node | string)[]): HTMLButtonElement {
  const made = element("button", kind, ...parts);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  return made;
}

/** Words for screen readers only. */
export function unseen(words: string): HTMLSpanElement {
  return element("span", "vh", words);
}

const SVG = "http://www.w3.org/2000/svg";
let sprite = "";

/** One drawing of the sprite that the frame of the page uses. */
export function icon(name: string, more = ""): SVGElement {
  sprite ||= document.querySelector(".mark use")?.getAttribute("href")?.split("#")[0] ?? "/static/icons.svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", more ? `icon ${more}` : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** The letter and hue of somebody, the same as the server draws. */
export function avatar(handle: string): HTMLSpanElement {
  const made = element("span", "avatar", [...handle][0]?.toUpperCase() ?? "");
  made.dataset.tone = String([...handle].reduce((sum, one) => sum + (one.codePointAt(0) ?? 0), 0) % 6 + 1);
  made.setAttribute("aria-hidden", "true");
  return made;
}
