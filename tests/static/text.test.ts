// Text of members as the live page renders it, by the table that the server's tests use too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLinks } from "../../community/static/src/lib/links";
import { renderMarkdown } from "../../community/static/src/lib/markdown";
import { htmlOf } from "./document";
import cases from "./text-cases.json";

const linksIn = (text: string): string[] => findLinks(text).map(([start, end]) => text.slice(start, end));

test("addresses begin and end where the server finds them", () => {
  for (const { text, links } of cases.links) assert.deepEqual(linksIn(text), links, text);
});

test("marks are drawn as the server draws them", () => {
  for (const { text, html } of cases.marks) assert.equal(htmlOf(renderMarkdown(text, "Ben", ["Ben"])), html, text);
});

test("no message is too deep or too long to be drawn", () => {
  const parts = ["> ", ">", "- ", "1. ", "> - ", "* ", "*a ", "**a*", "_a*", "` `` ", "[", "\\*", "\n ", "https://a/(", "😀"];
  for (const part of parts) assert.ok(htmlOf(renderMarkdown(part.repeat(4_000).slice(0, 4_000), "Ben")).length > 900, part);
  const nested = (mark: string): string => `${`${mark}a `.repeat(900)}${` a${mark}`.repeat(200)}`;
  for (const mark of ["*", "**", "_"]) assert.ok(htmlOf(renderMarkdown(nested(mark).slice(0, 4_000), "Ben")).length > 900, mark);
});
