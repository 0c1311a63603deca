import assert from "node:assert/strict";
import test from "node:test";

import { countdown, written } from "../../../live/static/live/clock.js";

const pitch = { started_at: "2026-07-01T13:05:00+09:00", pitch: 10, qa: 10 };
const at = (clock) => Date.parse(`2026-07-01T${clock}+09:00`);

for (const [clock, part, shown] of [
  ["13:05:00", "pitch", "10:00"],
  ["13:05:00.400", "pitch", "10:00"],
  ["13:14:59", "pitch", "0:01"],
  ["13:14:59.999", "pitch", "0:01"],
  ["13:15:00", "qa", "10:00"],
  ["13:24:01", "qa", "0:59"],
  ["13:25:00", "over", "+0:00"],
  ["13:26:05.900", "over", "+1:05"],
]) {
  test(`at ${clock} it is ${part}, ${shown}`, () => {
    const now = countdown(pitch, at(clock));
    assert.equal(now.part, part);
    assert.equal(written(now), shown);
  });
}

test("a clock of another zone is the same moment", () => {
  assert.deepEqual(countdown({ ...pitch, started_at: "2026-07-01T04:05:00Z" }, at("13:10:00")), { part: "pitch", ms: 300_000 });
});

test("questions that were let begin by hand end as long after that as they were given", () => {
  const early = { ...pitch, qa_at: "2026-07-01T13:12:00+09:00" };
  assert.deepEqual(countdown(early, at("13:11:59")), { part: "pitch", ms: 1_000 });
  assert.deepEqual(countdown(early, at("13:12:00")), { part: "qa", ms: 600_000 });
  assert.deepEqual(countdown(early, at("13:23:00")), { part: "over", ms: 60_000 });
});
