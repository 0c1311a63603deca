import assert from "node:assert/strict";
import { test } from "node:test";

import { onTheirWay } from "../../../live/static/live/own.js";

const command = (id, body, op = "question.ask") => ({ id, op, a: { body } });

test("what is being sent has no number, and nothing but questions is on its way", () => {
  const found = onTheirWay([command("c1", "防災倉庫は"), command("c2", "", "vote.set")], {});
  assert.deepEqual(found, [{ id: "c1", no: "", body: "防災倉庫は", state: "sending", reason: "" }]);
});

test("a question whose acknowledgement was lost stands there once, under its number", () => {
  const own = { q_1: { id: "q_1", no: "A-0003", body: "一行目\n二行目", state: "pending" } };
  assert.deepEqual(onTheirWay([command("c1", "　一行目\r\n二行目\n")], own), []);
});

test("what was asked before and decided does not hide the same words asked again", () => {
  const own = { q_1: { id: "q_1", no: "A-0003", body: "防災倉庫は", state: "withheld" } };
  assert.equal(onTheirWay([command("c1", "防災倉庫は")], own).length, 1);
});
