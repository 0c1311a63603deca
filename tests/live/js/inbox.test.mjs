// The deadline runs down in words, and a phrase goes where the caret is.
import assert from "node:assert/strict";
import { test } from "node:test";

import { inserted, left } from "../../../live/static/live/inbox.js";

const words = { days: "あと{n}日", hours: "あと{n}時間{m}分", minutes: "あと{n}分", seconds: "あと{n}秒", past: "締め切りました" };
const HOUR = 3_600_000;

test("days, then hours, minutes, seconds, nothing", () => {
  const said = [72.5 * HOUR, 48 * HOUR, 47.5 * HOUR, HOUR, 59.9 * 60_000, 60_000, 59_400, 1, 0, -5];
  assert.deepEqual(said.map((ms) => left(ms, words)), [
    "あと3日", "あと2日", "あと47時間30分", "あと1時間0分", "あと59分", "あと1分", "あと60秒", "あと1秒", "締め切りました", "締め切りました",
  ]);
});
test("a phrase begins an empty answer", () => assert.deepEqual(inserted("", 0, 0, "はい。"), { value: "はい。", caret: 3 }));
test("after a word it stands on a line of its own", () => {
  assert.deepEqual(inserted("ご質問", 3, 3, "はい。"), { value: "ご質問\nはい。", caret: 7 });
});
test("what was chosen is replaced, what follows stays", () => {
  assert.deepEqual(inserted("甲\n乙丙", 2, 3, "丁"), { value: "甲\n丁丙", caret: 3 });
});
