// Replies say what was chosen, results are drawn by their kind, polls come and go.
import assert from "node:assert/strict";
import { test } from "node:test";

import { barsOf, difference, newId, replyOf } from "../../../live/static/live/polls.js";

test("choices are positions, in the order of the form", () => assert.deepEqual(replyOf("ranking", ["2", "", "0"]), [2, 0]));
test("words stay as they were written, empty ones are left out", () => {
  assert.deepEqual(replyOf("words", ["防災", " ", "ＡＩ"]), ["防災", "ＡＩ"]);
});
test("options have their labels", () => {
  const poll = { kind: "single", options: ["賛成", "反対"] };
  assert.deepEqual(barsOf(poll, { n: 3, o: [2, 1] }), [["賛成", 2, 2], ["反対", 1, 2]]);
});
test("ratings are labelled 1 to 5, and nothing divides by zero", () => {
  const bars = barsOf({ kind: "rating", options: [] }, { n: 0, o: [0, 0, 0, 0, 0] });
  assert.deepEqual(bars[4], ["5", 0, 1]);
});
test("texts have no bars", () => assert.deepEqual(barsOf({ kind: "text", options: [] }, { n: 1, w: [["文", 1]] }), []));
test("what is new is added, what is gone is taken away", () => {
  assert.deepEqual(difference(["a", "b"], [{ id: "b" }, { id: "c" }]), { added: [{ id: "c" }], gone: ["a"] });
});
test("ids are long enough for the server and in its alphabet", () => assert.match(newId(), /^[\w-]{16}$/));
