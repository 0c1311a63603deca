// Replies say what was chosen, polls come and go.
import assert from "node:assert/strict";
import { test } from "node:test";

import { difference, replyOf } from "../../../live/static/live/polls.js";

test("choices are positions, in the order of the form", () => assert.deepEqual(replyOf("ranking", ["2", "", "0"]), [2, 0]));
test("words stay as they were written, empty ones are left out", () => {
  assert.deepEqual(replyOf("words", ["防災", " ", "ＡＩ"]), ["防災", "ＡＩ"]);
});
test("what is new is added, what is gone is taken away", () => {
  assert.deepEqual(difference(["a", "b"], [{ id: "b" }, { id: "c" }]), { added: [{ id: "c" }], gone: ["a"] });
});
