// Text of members as the live page draws it: the table that the server's tests run through as well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../../community/static/src/lib/links";
import { marked } from "../../community/static/src/lib/markdown";
import { htmlOf } from "./document";
import cases from "./text-cases.json";

const linksIn = (text: string): string[] => find(text).map(([start, end]) => text.slice(start, end));

test("addresses begin and end where the server finds them", () => {
  for (const { text, links } of cases.links) assert.deepEqual(linksIn(text), links, text);
});

test("marks are drawn as the server draws them", () => {
  for (const { text, html } of cases.marks) assert.equal(htmlOf(marked(text, "Ben", ["Ben"])), html, text);
});

test("no message is too deep or too long to be drawn", () => {
  const parts = ["> ", ">", "- ", "1. ", "> - ", "* ", "*a ", "**a*", "_a*", "` `` ", "[", "\\*", "\n ", "https://a/(", "😀"];
  for (const part of parts) assert.ok(htmlOf(marked(part.repeat(4_000).slice(0, 4_000), "Ben")).length > 900, part);
  const nested = (mark: string): string => `${`${mark}a `.repeat(900)}${` a${mark}`.repeat(200)}`;
  for (const mark of ["*", "**", "_"]) assert.ok(htmlOf(marked(nested(mark).slice(0, 4_000), "Ben")).length > 900, mark);
});
