// Times on a page, whatever the device's own time zone and language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, dayName, dayLabel } from "../../community/static/src/lib/times";

const zone = "America/New_York";
const now = new Date("2026-11-24T02:30:00Z");

test("times are the member's, not the device's", () => {
  assert.equal(clock(new Date("2026-11-24T00:05:00Z"), zone), "7:05 pm");
  assert.equal(clock(new Date("2026-11-24T17:00:00Z"), zone), "12:00 pm");
});

test("days are named, with the year when it is another one", () => {
  assert.equal(dayName(new Date("2026-11-26T20:00:00Z"), zone, now), "Thursday, November 26");
  assert.equal(dayName(new Date("2025-11-26T20:00:00Z"), zone, now), "Wednesday, November 26, 2025");
});

test("today and yesterday are said so", () => {
  assert.equal(dayLabel(new Date("2026-11-23T12:00:00Z"), zone, now), "Today");
  assert.equal(dayLabel(new Date("2026-11-23T04:00:00Z"), zone, now), "Yesterday");
  assert.equal(dayLabel(new Date("2026-11-20T12:00:00Z"), zone, now), "Friday, November 20");
});
