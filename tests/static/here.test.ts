// Who is here, as long as their sign lasts, in words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Here, inWords } from "../../community/static/src/lib/here";

const sign = (handle: string, present = true): { room_id: string; member_id: string; handle: string; present: boolean; asks: boolean } =>
  ({ room_id: "r", member_id: handle.toLowerCase(), handle, present, asks: false });

test("a sign lasts for a while, and ends at once when it is taken back", () => {
  const here = new Here();
  here.take(sign("Wren"), 0);
  here.take(sign("Wren"), 20_000);
  here.take(sign("Ada"), 20_000);
  assert.deepEqual(here.names(60_000), ["Ada", "Wren"]);
  assert.deepEqual(here.names(70_000), []);
  here.take(sign("Ada"), 80_000);
  here.take(sign("Ada", false), 81_000);
  assert.deepEqual(here.names(81_000), []);
});

test("names are said in few words", () => {
  assert.deepEqual(["", "Here: A", "Here: A, B", "Here: A, B, C", "Here: A, B, C and others"],
    [[], ["A"], ["A", "B"], ["A", "B", "C"], ["A", "B", "C", "D"]].map(inWords));
});
