// Renders texts as the live page does: a JSON list in, for each its addresses and its HTML out.
import { readFileSync } from "node:fs";
import { findLinks } from "../../community/static/src/lib/links";
import { renderMarkdown } from "../../community/static/src/lib/markdown";
import { htmlOf } from "../static/document";

const texts = JSON.parse(readFileSync(0, "utf8")) as string[];
console.log(JSON.stringify(texts.map((text) => [findLinks(text).map(([start, end]) => text.slice(start, end)), htmlOf(renderMarkdown(text, "Ben"))])));
