// Mentions, as `tests/rooms/test_mentions.py` checks them on the server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mentionSpans } from "../../community/static/src/lib/mentions";

function found(text: string, name: string, names: string[]): string[] {
  return mentionSpans(text, name, names).map(([start, end]) => text.slice(start, end));
}

test("X2: Q is not brought out in a longer name", () => {
  assert.deepEqual(found("@Q Lee hello, @Q and @q", "Q", ["Q", "Q Lee"]), ["@Q", "@q"]);
  assert.deepEqual(found("@Q Lee hello", "Q", ["Q Lee"]), []);
});

test("X2: blanks and signs end a word, kinds of apostrophes are alike", () => {
  assert.deepEqual(found("@nehim, an idea. @nehimans", "nehim", ["nehim", "nehiman"]), ["@nehim"]);
  assert.deepEqual(found("@O'Brien's", "O’Brien", ["O’Brien"]), ["@O'Brien"]);
  assert.deepEqual(found("😀@प्रिया!", "प्रिया", ["प्रिया"]), ["@प्रिया"]);
});

test("X2: no name begins in an address", () => {
  for (const text of ["x/@Q", "wren@Q.example", "a.-@Q.example", "@Q@social.example", "@@Q", "?u=@Q"]) {
    assert.deepEqual(found(text, "Q", ["Q"]), [], text);
  }
});
