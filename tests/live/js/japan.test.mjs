import assert from "node:assert/strict";
import test from "node:test";

import { inJapan } from "../../../live/static/live/page.js";

test("of another day the day is said, by the calendar of Japan", () => {
  const at = "2026-07-01T23:59:00+09:00";
  assert.equal(inJapan(at, new Date("2026-07-01T15:01:00+09:00")), "23:59");
  assert.equal(inJapan(at, new Date("2026-07-02T00:00:00+09:00")), "7/1 23:59");
  assert.equal(inJapan(at, new Date("2027-07-01T23:59:00+09:00")), "7/1 23:59");
});
