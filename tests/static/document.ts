// As much of a document as `lib/dom.ts` needs, for tests without a browser. The result reads as the server's HTML.

const escaped = (text: string): string => text.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one]!);

class Element {
  attributes = new Map<string, string>();
  children: (Element | string)[] = [];
  constructor(readonly name: string) {}
  append(...parts: (Element | string)[]): void { this.children.push(...parts); }
  setAttribute(name: string, value: string): void { this.attributes.set(name, value); }
  set className(value: string) { this.setAttribute("class", value); }
  set rel(value: string) { this.setAttribute("rel", value); }
  set target(value: string) { this.setAttribute("target", value); }
  set dir(value: string) { this.setAttribute("dir", value); }
  get html(): string {
    const attributes = [...this.attributes].map(([name, value]) => ` ${name}="${escaped(value).replaceAll('"', "&quot;")}"`);
    return `<${this.name}${attributes.join("")}>${htmlOf(this.children)}</${this.name}>`;
  }
}

/** Return rendered parts as HTML, without the blank lines between blocks that only the server has. */
export function htmlOf(parts: unknown[]): string {
  return (parts as (Element | string)[]).map((part) => typeof part === "string" ? escaped(part) : part.html).join("");
}

Object.assign(globalThis, { document: { createElement: (name: string) => new Element(name) } });
