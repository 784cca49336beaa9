// A cry for help, found on the device by the table that the server's tests use too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { asksForHelp } from "../../community/static/src/lib/crisis_keywords";
import cases from "./crisis-cases.json";

test("a cry for help is found however it is typed", () => {
  assert.deepEqual(cases.asks.filter((text) => !asksForHelp(text)), []);
});

test("what people say in passing is none", () => {
  assert.deepEqual(cases.other.filter((text) => asksForHelp(text)), []);
});

test("a long text is read in no time", () => {
  for (const part of ["I want to ", "dont ", "> ", "kms ", "no quiero vivir en ", "😀", "can't go on "]) {
    const start = performance.now();
    asksForHelp(part.repeat(4_000).slice(0, 4_000));
    assert.ok(performance.now() - start < 200, part);
  }
});
