// Presence in a room: how long a signal lasts and how names are shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PresenceList, presenceLabel } from "../../community/static/src/lib/presence";

const sign = (handle: string, present = true): { room_id: string; member_id: string; handle: string; present: boolean; asks: boolean } =>
  ({ room_id: "r", member_id: handle.toLowerCase(), handle, present, asks: false });

test("a sign lasts for a while, and ends at once when it is taken back", () => {
  const here = new PresenceList();
  here.apply(sign("Wren"), 0);
  here.apply(sign("Wren"), 20_000);
  here.apply(sign("Ada"), 20_000);
  assert.deepEqual(here.names(60_000), ["Ada", "Wren"]);
  assert.deepEqual(here.names(70_000), []);
  here.apply(sign("Ada"), 80_000);
  here.apply(sign("Ada", false), 81_000);
  assert.deepEqual(here.names(81_000), []);
});

test("names are said in few words", () => {
  assert.deepEqual(["", "Here: A", "Here: A, B", "Here: A, B, C", "Here: A, B, C and others"],
    [[], ["A"], ["A", "B"], ["A", "B", "C"], ["A", "B", "C", "D"]].map(presenceLabel));
});
