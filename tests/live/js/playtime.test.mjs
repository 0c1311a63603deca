// Times inside a recording are read here as the server reads them: the same cases for both.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { milliseconds } from "../../../live/static/live/playtime.js";

const cases = JSON.parse(readFileSync(new URL("../cases/playtime.json", import.meta.url)));

test("what people type", () => {
  for (const [typed, seconds] of cases.times) assert.equal(milliseconds(typed), seconds * 1000, typed);
});

test("nothing is nothing, and what is no time is said to be none", () => {
  assert.equal(milliseconds(" "), null);
  for (const typed of cases.no_times) assert.equal(milliseconds(typed), undefined, typed);
});
