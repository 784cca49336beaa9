// Unsent messages that the offline page finds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unsentKey, unsentTexts } from "../../community/static/src/lib/drafts";

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
  assert.deepEqual(unsentTexts(kept), ["One", "Two", "Three"]);
});

test("what is not ours or no store at all gives nothing", () => {
  assert.deepEqual(unsentTexts(store({ [unsentKey("wren", "a")]: "no JSON", [unsentKey("wren", "b")]: '[{"body": 7}, {}]' })), []);
  assert.deepEqual(unsentTexts(null), []);
});
