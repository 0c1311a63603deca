// Results are drawn by the kind of their poll.
import assert from "node:assert/strict";
import { test } from "node:test";

import { barsOf } from "../../../live/static/live/results.js";

test("a bar is full when everybody chose it, and says the share of people", () => {
  const poll = { kind: "multiple", options: ["賛成", "反対"] };
  assert.deepEqual(barsOf(poll, { n: 3, o: [2, 1] }), [["賛成", 2, 3, 67], ["反対", 1, 3, 33]]);
});
test("points are of all that an option can get, and no share of people", () => {
  assert.deepEqual(barsOf({ kind: "ranking", options: ["甲", "乙"] }, { n: 3, o: [6, 3] }), [["甲", 6, 6, null], ["乙", 3, 6, null]]);
});
test("ratings are labelled 1 to 5, and nothing divides by zero", () => {
  const bars = barsOf({ kind: "rating", options: [] }, { n: 0, o: [0, 0, 0, 0, 0] });
  assert.deepEqual(bars[4], ["5", 0, 1, 0]);
});
test("texts have no bars", () => assert.deepEqual(barsOf({ kind: "text", options: [] }, { n: 1, w: [["文", 1]] }), []));
