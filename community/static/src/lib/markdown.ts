// What somebody wrote, with its light marks as elements, as `core.text.marked` draws it on the server: CommonMark's
// emphasis, code, quotes and lists, and nothing else of it. Everything becomes nodes; no text is ever read as HTML.
import { fromMarkdown } from "mdast-util-from-markdown";
import { element, linked } from "./dom";

type Tree = ReturnType<typeof fromMarkdown>;
type Any = Tree["children"][number];
type Drawn = (Node | string)[];

const MARKS = /[*_`>\\]|\n\n|^ {0,3}(?:[-+]|\d{1,9}[.)])(?: |$)/m;
/** The rules of CommonMark that are left out, by micromark's names. */
const OFF = {
  extensions: [{ disable: { null: [
    "autolink", "codeIndented", "definition", "headingAtx", "htmlFlow", "htmlText", "labelStartImage", "labelStartLink",
    "labelEnd", "setextUnderline", "thematicBreak", "characterReference",
  ] } }],
};

/** The blocks of a message. `name` is the reader's handle: where they are called, it is brought out. */
export function marked(text: string, name: string): Drawn {
  if (!MARKS.test(text)) return [element("p", "", ...words(text, name))];
  return fromMarkdown(text, OFF).children.flatMap((node) => draw(node, name, false));
}

function draw(node: Any, name: string, isTight: boolean): Drawn {
  switch (node.type) {
    case "text": return words(node.value, name);
    case "break": return ["\n"];
    case "inlineCode": return [element("code", "", node.value)];
    case "code": return [element("pre", "", element("code", "", node.value))];
    case "emphasis": return [element("em", "", ...inside(node, name))];
    case "strong": return [element("strong", "", ...inside(node, name))];
    case "paragraph": return isTight ? inside(node, name) : [element("p", "", ...inside(node, name))];
    case "blockquote": return [element("blockquote", "", ...inside(node, name))];
    case "list": {
      const tight = !node.spread && node.children.every((item) => !item.spread);
      const list = element(node.ordered ? "ol" : "ul", "");
      if (node.ordered && (node.start ?? 1) !== 1) list.setAttribute("start", String(node.start));
      list.append(...node.children.map((item) => element("li", "", ...item.children.flatMap((part) => draw(part, name, tight)))));
      return [list];
    }
    default: return [];
  }
}

function inside(node: { children: unknown[] }, name: string): Drawn {
  return (node.children as Any[]).flatMap((part) => draw(part, name, false));
}

function words(text: string, name: string): Drawn {
  if (!name || !text.toLowerCase().includes(`@${name.toLowerCase()}`)) return linked(text);
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.split(new RegExp(`(?<![\\p{L}\\p{N}_@])(@${escaped})(?![\\p{L}\\p{N}_])`, "iu"))
    .flatMap((part, place) => place % 2 ? [element("mark", "", part)] : linked(part));
}
