// Draws texts as the live page does: a JSON list in, for each its addresses and its HTML out.
import { readFileSync } from "node:fs";
import { find } from "../../community/static/src/lib/links";
import { marked } from "../../community/static/src/lib/markdown";
import { htmlOf } from "../static/document";

const texts = JSON.parse(readFileSync(0, "utf8")) as string[];
console.log(JSON.stringify(texts.map((text) => [find(text).map(([start, end]) => text.slice(start, end)), htmlOf(marked(text, "Ben"))])));
