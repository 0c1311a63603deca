// Replies say what was chosen, results are drawn by their kind, polls come and go.
import assert from "node:assert/strict";
import { test } from "node:test";

import { barsOf, difference, replyOf, waitingFor } from "../../../live/static/live/polls.js";

test("choices are positions, in the order of the form", () => assert.deepEqual(replyOf("ranking", ["2", "", "0"]), [2, 0]));
test("words stay as they were written, empty ones are left out", () => {
  assert.deepEqual(replyOf("words", ["防災", " ", "ＡＩ"]), ["防災", "ＡＩ"]);
});
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
test("what is new is added, what is gone is taken away", () => {
  assert.deepEqual(difference(["a", "b"], [{ id: "b" }, { id: "c" }]), { added: [{ id: "c" }], gone: ["a"] });
});
test("of what waits the newest counts", () => {
  const reaction = (label, on) => ({ op: "reaction.set", a: { slot: "s1", label, on } });
  const commands = [reaction("consult", true), reaction("useful", true), reaction("consult", false)];
  assert.equal(waitingFor(commands, "reaction.set", ({ label }) => label === "consult"), commands[2]);
  assert.equal(waitingFor(commands, "vote.set", () => true), undefined);
});
