// Times inside a recording are read here as the server reads them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { milliseconds } from "../../../live/static/live/playtime.js";

test("what people type", () => {
  const seconds = { "12:34": 754, "０：０５": 5, " 1:02:03 ": 3723, "12分34秒": 754, "12分": 720, "1時間2分3秒": 3723, "12:00:00": 43200 };
  for (const [typed, is] of Object.entries(seconds)) assert.equal(milliseconds(typed), is * 1000, typed);
});

test("nothing is nothing, and what is no time is said to be none", () => {
  assert.equal(milliseconds(" "), null);
  for (const typed of ["12", "abc", "12:60", "1:60:00", "-1:00", "13:00:00"]) assert.equal(milliseconds(typed), undefined, typed);
});
