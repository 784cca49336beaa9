// What somebody wrote, with its light marks as elements, as `core.text.marked` draws it on the server: CommonMark's
// emphasis, code, quotes and lists, and nothing else of it. Everything becomes nodes; no text is ever read as HTML.
import { fromMarkdown } from "mdast-util-from-markdown";
import { attention } from "micromark-core-commonmark";
import type { Extension, State, Tokenizer } from "micromark-util-types";
import { element } from "./dom";
import { placesOf } from "./names";
import { emphasis, hide, type Marks, split, unhide } from "./links";

type Tree = ReturnType<typeof fromMarkdown>;
type Any = Tree["children"][number];
type Drawn = (Node | string)[];

const MARKS = /[*_`>\\]|~~~|\n\n|^ {0,3}(?:[-+]|\d{1,9}[.)])(?: |$)/m;
const CONTAINER = /[ \t]*(?:>|(?:[-+*]|[0-9]{1,9}[.)])(?=[ \t]|$))/y;
const MAX_DEPTH = 8;
/** The rules of CommonMark that are left out, by micromark's names. */
const OFF: Extension = { disable: { null: [
  "autolink", "codeIndented", "definition", "headingAtx", "htmlFlow", "htmlText", "labelStartImage", "labelStartLink",
  "labelEnd", "setextUnderline", "thematicBreak", "characterReference",
] } };

/** Line beginnings of quotations. CommonMark draws a line right below one as part of it; its author did not quote it. */
const QUOTED_LINE = /^\s*(?:(?:[-+*]|\d{1,9}[.)])\s+)*>/;

/** What is drawn: the reader's handle, all names in the text, its lines, and the addresses it has placeholders for. */
interface Of { name: string; names: string[]; addresses: string[]; lines: string[]; isQuoted?: boolean }

/** The blocks of a message. `name` is the reader's handle: where they are named, it is brought out; `names` are all it names. */
export function marked(text: string, name: string, names: string[] = []): Drawn {
  const [hidden, addresses] = hide(text);
  const of = { name, names, addresses, lines: hidden.split("\n") };
  const blocks = hasMarks(text) ? fromMarkdown(hidden, { extensions: [OFF, emphasisOf(hidden)] }).children : [];
  // No marks, or marks around nothing.
  const drawn = says(blocks) ? blocks.flatMap((node) => draw(node, of, false)) : [element("p", "", ...words(hidden, of))];
  for (const block of drawn) if (typeof block !== "string") (block as HTMLElement).dir = "auto";
  return drawn;
}

function hasMarks(text: string): boolean {
  return MARKS.test(text) && !text.split("\n").some(isDeep);
}

/** Whether quotes and lists may stand deeper in each other than parsers and readers follow. */
function isDeep(line: string): boolean {
  let depth = 0;
  CONTAINER.lastIndex = 0;
  while (CONTAINER.test(line)) depth++;
  const indent = /^[ \t]*/.exec(line)![0].length + 3 * /^\t*/.exec(line)![0].length;
  return depth > 0 && depth + Math.floor(indent / 2) > MAX_DEPTH;
}

function says(nodes: unknown[]): boolean {
  return (nodes as Any[]).some((node) => "value" in node ? node.value.trim() !== "" : "children" in node && says(node.children));
}

/** Emphasis as `links.emphasis` says; micromark's own rule sees half of an emoji, and lets `*` stand inside a word. */
function emphasisOf(text: string): Extension {
  const marksOf = new WeakMap<object, Marks>();  // by paragraph
  const tokenize: Tokenizer = function (effects, ok) {
    const start = this.now().offset;
    const marks = marksOf.get(this) ?? {};
    marksOf.set(this, marks);
    return (marker) => {
      const sequence = effects.enter("attentionSequence");
      const inside: State = (code) => {
        if (code === marker) {
          effects.consume(code);
          return inside;
        }
        effects.exit("attentionSequence");
        [sequence._open, sequence._close] = emphasis(text, start, this.now().offset, marks);
        return ok(code);
      };
      return inside(marker);
    };
  };
  const construct = { name: "attention", resolveAll: attention.resolveAll!, tokenize };
  return { text: { 42: construct, 95: construct } };
}

function draw(node: Any, of: Of, isTight: boolean): Drawn {
  switch (node.type) {
    case "text": return of.isQuoted ? quoted(node.value, of, (node.position?.start.line ?? 1) - 1) : words(node.value, of);
    case "break": return ["\n"];
    case "inlineCode": return [element("code", "", unhide(node.value, of.addresses).replaceAll("\n", " "))];
    case "code": return [element("pre", "", element("code", "", unhide(node.value, of.addresses)))];
    case "emphasis": return [element("em", "", ...inside(node, of))];
    case "strong": return [element("strong", "", ...inside(node, of))];
    case "paragraph": return isTight ? edged(node, of) : [element("p", "", ...edged(node, of))];
    case "blockquote": return [element("blockquote", "", ...inside(node, { ...of, isQuoted: true }))];
    case "list": {
      const tight = !node.spread && node.children.every((item) => !item.spread);
      const list = element(node.ordered ? "ol" : "ul", "");
      if (node.ordered && (node.start ?? 1) !== 1) list.setAttribute("start", String(node.start));
      list.append(...node.children.map((item) => element("li", "", ...item.children.flatMap((part) => draw(part, of, tight)))));
      return [list];
    }
    default: return [];
  }
}

function inside(node: { children: unknown[] }, of: Of): Drawn {
  return (node.children as Any[]).flatMap((part) => draw(part, of, false));
}

/** What is in a paragraph, without blanks of any kind at its ends. */
function edged({ children }: { children: unknown[] }, of: Of): Drawn {
  const parts = inside({ children }, of);
  const [first, last] = [(children as Any[])[0], (children as Any[]).at(-1)];
  if (first?.type === "text" && typeof parts[0] === "string") parts[0] = parts[0].trimStart();
  const end = parts.at(-1);
  if (last?.type === "text" && typeof end === "string") parts[parts.length - 1] = end.trimEnd();
  return parts;
}

/** Text in a quotation: the reader is named only in lines that are not quoted ones. */
function quoted(text: string, of: Of, first: number): Drawn {
  const runs: [string, boolean][] = [];
  text.split("\n").forEach((line, place) => {
    const isQuoted = QUOTED_LINE.test(of.lines[first + place] ?? ">");
    const last = runs.at(-1);
    if (last && last[1] === isQuoted) last[0] += `\n${line}`;
    else runs.push([place ? `\n${line}` : line, isQuoted]);
  });
  return runs.flatMap(([run, isQuoted]) => words(run, isQuoted ? { ...of, name: "" } : of));
}

/** Text with its addresses as links, and `@name` brought out. */
function words(hidden: string, of: Of): Drawn {
  return split(hidden, of.addresses).flatMap(([part, isAddress]) => isAddress ? [link(part)] : called(part, of));
}

function link(address: string): HTMLAnchorElement {
  const made = element("a", "", address);
  made.setAttribute("href", address);
  made.rel = "noopener noreferrer nofollow";
  made.target = "_blank";
  return made;
}

/** Text without addresses and code, with `@name` brought out. */
function called(text: string, { name, names }: Of): Drawn {
  if (!name || !text.includes("@")) return [text];
  const drawn: Drawn = [];
  let last = 0;
  for (const [start, end] of placesOf(text, name, names)) {
    drawn.push(text.slice(last, start), element("mark", "", text.slice(start, end)));
    last = end;
  }
  return [...drawn, text.slice(last)];
}
