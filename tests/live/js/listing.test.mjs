// A list is searched, narrowed and ordered in the browser as on the server: the same cases for both.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fold } from "../../../live/static/live/folding.js";
import { listed, matches, ordered, receiptNumber } from "../../../live/static/live/listing.js";

const cases = JSON.parse(readFileSync(new URL("../cases/folding.json", import.meta.url)));
const question = (id, changes = {}) => ({ id, no: `A-${id}`, body: `${id}?`, slot: null, vendor: null, by: "匿名", asked_at: `2026-07-01T10:0${id}`, counts: [0, 0], answer: null, ...changes });
const ids = (questions) => questions.map(({ id }) => id);

test("width, case and kana kind make no difference, kanji do", () => {
  for (const [one, other] of cases.same) assert.equal(fold(one), fold(other), one);
  for (const [one, other] of cases.different) assert.notEqual(fold(one), fold(other), one);
});

test("every word is looked for in text, number, vendor and asker", () => {
  const it = question("7", { no: "A-0007", body: "防災アプリはLGWANで使えますか。", vendor: "見本システム株式会社", by: "東京都府中市" });
  for (const [words, is] of cases.listed) assert.equal(matches(it, { words }), is, words);
});

test("the most wanted stand first, equals by age; or the newest, or the oldest", () => {
  const all = [question("3"), question("1"), question("2", { counts: [5, 1] })];
  assert.deepEqual(ids(ordered(all, "votes")), ["2", "1", "3"]);
  assert.deepEqual(ids(ordered(all, "new")), ["3", "2", "1"]);
  assert.deepEqual(ids(ordered(all, "old")), ["1", "2", "3"]);
});

test("a list is narrowed by slot and to what is unanswered", () => {
  const all = [question("1", { slot: "s1" }), question("2", { slot: "s2" }), question("3", { slot: "s1", answer: { body: "はい" } })];
  assert.deepEqual(ids(listed(all, { order: "old", slot: "s1" })), ["1", "3"]);
  assert.deepEqual(ids(listed(all, { order: "old", slot: "s1", unanswered: true })), ["1"]);
});

test("a receipt number is known however it is typed, and a word is none", () => {
  for (const typed of ["3", "A-3", "ａ-０００３", "Ａ３", " 0003 "]) assert.equal(receiptNumber(typed), "A-0003", typed);
  assert.equal(receiptNumber("12345"), "A-12345");
  assert.equal(receiptNumber("停電"), "停電");
});
