// What the page without a connection finds of what was not sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unsentKey, words } from "../../community/static/src/lib/unsent";

function store(entries: Record<string, string>): Storage {
  const keys = Object.keys(entries);
  return { length: keys.length, key: (place: number) => keys[place] ?? null, getItem: (key: string) => entries[key] ?? null } as unknown as Storage;
}

test("every room's words are found, and nothing else", () => {
  const kept = store({
    [unsentKey("wren", "b")]: JSON.stringify([{ body: "Three" }]),
    "draft:b": "half a thought",
    [unsentKey("wren", "a")]: JSON.stringify([{ body: "One" }, { body: "Two" }]),
  });
  assert.deepEqual(words(kept), ["One", "Two", "Three"]);
});

test("what is not ours or no store at all gives nothing", () => {
  assert.deepEqual(words(store({ [unsentKey("wren", "a")]: "no JSON", [unsentKey("wren", "b")]: '[{"body": 7}, {}]' })), []);
  assert.deepEqual(words(null), []);
});
