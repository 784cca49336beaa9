// Markdown of messages as elements, as `core.text.marked` renders it on the server: CommonMark's emphasis, code, quotes
// and lists, and nothing else of it. Everything becomes nodes. No text is ever parsed as HTML.
import { fromMarkdown } from "mdast-util-from-markdown";
import { attention } from "micromark-core-commonmark";
import type { Extension, State, Tokenizer } from "micromark-util-types";
import { element } from "./dom";
import { mentionSpans } from "./mentions";
import { emphasis, hideLinks, type Marks, splitLinks, restoreLinks } from "./links";

type Tree = ReturnType<typeof fromMarkdown>;
type AnyNode = Tree["children"][number];
type Rendered = (Node | string)[];

const MARKS = /[*_`>\\]|~~~|\n\n|^ {0,3}(?:[-+]|\d{1,9}[.)])(?: |$)/m;
const CONTAINER = /[ \t]*(?:>|(?:[-+*]|[0-9]{1,9}[.)])(?=[ \t]|$))/y;
const MAX_DEPTH = 8;
/** The rules of CommonMark that are disabled, by micromark's names. */
const DISABLED_RULES: Extension = { disable: { null: [
  "autolink", "codeIndented", "definition", "headingAtx", "htmlFlow", "htmlText", "labelStartImage", "labelStartLink",
  "labelEnd", "setextUnderline", "thematicBreak", "characterReference",
] } };

/** The start of a quoted line. CommonMark continues a quotation on the line below, which its author did not quote. */
const QUOTED_LINE = /^\s*(?:(?:[-+*]|\d{1,9}[.)])\s+)*>/;

/** The reader's handle, all names and lines of the text, and the addresses behind its placeholders. */
interface RenderContext { name: string; names: string[]; addresses: string[]; lines: string[]; isQuoted?: boolean }

/** Render a message as blocks. Mentions of `name`, the reader's handle, are highlighted; `names` are all it mentions. */
export function renderMarkdown(text: string, name: string, names: string[] = []): Rendered {
  const [hidden, addresses] = hideLinks(text);
  const context = { name, names, addresses, lines: hidden.split("\n") };
  const blocks = hasMarks(text) ? fromMarkdown(hidden, { extensions: [DISABLED_RULES, emphasisExtension(hidden)] }).children : [];
  // Without marks, or with marks around nothing, the text is shown as it is.
  const rendered = hasText(blocks) ? blocks.flatMap((node) => renderNode(node, context, false)) : [element("p", "", ...renderText(hidden, context))];
  for (const block of rendered) if (typeof block !== "string") (block as HTMLElement).dir = "auto";
  return rendered;
}

function hasMarks(text: string): boolean {
  return MARKS.test(text) && !text.split("\n").some(isTooDeep);
}

/** Return whether quotes and lists may be nested deeper than parsers and readers follow. */
function isTooDeep(line: string): boolean {
  let depth = 0;
  CONTAINER.lastIndex = 0;
  while (CONTAINER.test(line)) depth++;
  const indent = /^[ \t]*/.exec(line)![0].length + 3 * /^\t*/.exec(line)![0].length;
  return depth > 0 && depth + Math.floor(indent / 2) > MAX_DEPTH;
}

function hasText(nodes: unknown[]): boolean {
  return (nodes as AnyNode[]).some((node) => "value" in node ? node.value.trim() !== "" : "children" in node && hasText(node.children));
}

/** Emphasis by `links.emphasis`: micromark's own rule sees half of an emoji, and allows `*` inside a word. */
function emphasisExtension(text: string): Extension {
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

function renderNode(node: AnyNode, context: RenderContext, isTight: boolean): Rendered {
  switch (node.type) {
    case "text": return context.isQuoted ? renderQuotedText(node.value, context, (node.position?.start.line ?? 1) - 1) : renderText(node.value, context);
    case "break": return ["\n"];
    case "inlineCode": return [element("code", "", restoreLinks(node.value, context.addresses).replaceAll("\n", " "))];
    case "code": return [element("pre", "", element("code", "", restoreLinks(node.value, context.addresses)))];
    case "emphasis": return [element("em", "", ...renderChildren(node, context))];
    case "strong": return [element("strong", "", ...renderChildren(node, context))];
    case "paragraph": return isTight ? renderTrimmed(node, context) : [element("p", "", ...renderTrimmed(node, context))];
    case "blockquote": return [element("blockquote", "", ...renderChildren(node, { ...context, isQuoted: true }))];
    case "list": {
      const tight = !node.spread && node.children.every((item) => !item.spread);
      const list = element(node.ordered ? "ol" : "ul", "");
      if (node.ordered && (node.start ?? 1) !== 1) list.setAttribute("start", String(node.start));
      list.append(...node.children.map((item) => element("li", "", ...item.children.flatMap((part) => renderNode(part, context, tight)))));
      return [list];
    }
    default: return [];
  }
}

function renderChildren(node: { children: unknown[] }, context: RenderContext): Rendered {
  return (node.children as AnyNode[]).flatMap((part) => renderNode(part, context, false));
}

/** Render the content of a paragraph without white space at its ends. */
function renderTrimmed({ children }: { children: unknown[] }, context: RenderContext): Rendered {
  const parts = renderChildren({ children }, context);
  const [first, last] = [(children as AnyNode[])[0], (children as AnyNode[]).at(-1)];
  if (first?.type === "text" && typeof parts[0] === "string") parts[0] = parts[0].trimStart();
  const end = parts.at(-1);
  if (last?.type === "text" && typeof end === "string") parts[parts.length - 1] = end.trimEnd();
  return parts;
}

/** Render text in a quotation. The reader's name is highlighted only in lines that are not quoted. */
function renderQuotedText(text: string, context: RenderContext, first: number): Rendered {
  const runs: [string, boolean][] = [];
  text.split("\n").forEach((line, index) => {
    const isQuoted = QUOTED_LINE.test(context.lines[first + index] ?? ">");
    const last = runs.at(-1);
    if (last && last[1] === isQuoted) last[0] += `\n${line}`;
    else runs.push([index ? `\n${line}` : line, isQuoted]);
  });
  return runs.flatMap(([run, isQuoted]) => renderText(run, isQuoted ? { ...context, name: "" } : context));
}

/** Render text with its addresses as links and the reader's mentions highlighted. */
function renderText(hidden: string, context: RenderContext): Rendered {
  return splitLinks(hidden, context.addresses).flatMap(([part, isAddress]) => isAddress ? [link(part)] : renderMentions(part, context));
}

function link(address: string): HTMLAnchorElement {
  const made = element("a", "", address);
  made.setAttribute("href", address);
  made.rel = "noopener noreferrer nofollow";
  made.target = "_blank";
  return made;
}

/** Render text without addresses and code, with the reader's mentions highlighted. */
function renderMentions(text: string, { name, names }: RenderContext): Rendered {
  if (!name || !text.includes("@")) return [text];
  const rendered: Rendered = [];
  let last = 0;
  for (const [start, end] of mentionSpans(text, name, names)) {
    rendered.push(text.slice(last, start), element("mark", "", text.slice(start, end)));
    last = end;
  }
  return [...rendered, text.slice(last)];
}
