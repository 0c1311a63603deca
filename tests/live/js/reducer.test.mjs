// A client that was told everything, in whatever order, knows what a fresh snapshot says.
import assert from "node:assert/strict";
import { test } from "node:test";

import { fromSnapshot, isBehind, onScreen, reduce } from "../../../live/static/live/reducer.js";

const question = (id, changes = {}) => ({ id, no: `A-${id}`, body: `${id}?`, slot: null, asked_at: `2026-07-01T10:0${id}`, counts: [0, 0], answer: null, version: 1, ...changes });
const start = (questions = [], mine = { questions: [], votes: [] }, more = {}) =>
  fromSnapshot({ epoch: "5f2c", seq: 10, cv: 4, phase: "live", stage: null, questions, ...more }, mine);
const added = (seq, q) => ({ t: "ev", seq, k: "question.added", q });

test("an event in sequence is applied", () => {
  const state = reduce(start(), added(11, question("1")));
  assert.equal(state.seq, 11);
  assert.equal(state.questions["1"].body, "1?");
});

test("an event heard twice changes nothing", () => {
  const once = reduce(start(), added(11, question("1")));
  assert.equal(reduce(once, added(11, question("1", { body: "another" }))), once);
});

test("an event after a gap is not applied, and the state knows that it is behind", () => {
  const state = reduce(start(), added(13, question("1")));
  assert.deepEqual(state.questions, {});
  assert.ok(isBehind(state));
});

test("after a gap was filled nothing is missing", () => {
  const late = reduce(start(), added(12, question("2")));
  const state = reduce(late, { t: "events", epoch: "5f2c", seq: 12, cv: 4, phase: "live", stage: null, counts: {}, events: [added(11, question("1")), added(12, question("2"))] });
  assert.deepEqual(Object.keys(state.questions), ["1", "2"]);
  assert.ok(!isBehind(state));
});

test("a heartbeat with higher numbers tells of a quiet loss", () => {
  assert.ok(isBehind(reduce(start(), { t: "hb", seq: 11, cv: 4 })));
  assert.ok(isBehind(reduce(start(), { t: "hb", seq: 10, cv: 5 })));
  assert.ok(!isBehind(reduce(start(), { t: "hb", seq: 10, cv: 4 })));
});

test("a question taken from sight leaves no text behind", () => {
  const state = reduce(start([question("1")]), { t: "ev", seq: 11, k: "question.removed", id: "1" });
  assert.ok(!JSON.stringify(state).includes("1?"));
});

test("newer counts replace, older counts are ignored", () => {
  const newer = reduce(start([question("1")]), { t: "counts", cv: 6, c: { 1: [3, 2] } });
  assert.deepEqual(newer.questions["1"].counts, [3, 2]);
  assert.deepEqual(reduce(newer, { t: "counts", cv: 5, c: { 1: [2, 2] } }), newer);
});

test("counts of a question nobody sees are dropped", () => {
  assert.deepEqual(reduce(start(), { t: "counts", cv: 5, c: { 9: [1, 1] } }).questions, {});
});

test("a voter's acknowledgement marks the vote and brings the count, without adding to it", () => {
  const ack = { t: "ack", ok: true, op: "vote.set", a: { q: "1", on: true }, r: { q: "1", on: true, counts: [4, 3] } };
  const state = reduce(reduce(start([question("1")]), ack), ack);
  assert.deepEqual(state.votes, ["1"]);
  assert.deepEqual(state.questions["1"].counts, [4, 3]);
});

test("a vote taken back is no longer marked", () => {
  const state = start([question("1")], { questions: [], votes: ["1"] });
  const ack = { t: "ack", ok: true, op: "vote.set", a: {}, r: { q: "1", on: false, counts: [0, 0] } };
  assert.deepEqual(reduce(state, ack).votes, []);
});

test("a refused command changes nothing", () => {
  const state = start([question("1")]);
  assert.equal(reduce(state, { t: "ack", ok: false, op: "vote.set", e: "gone" }), state);
});

test("an asked question is one's own with its number, and public once it was published", () => {
  const ack = { t: "ack", ok: true, op: "question.ask", a: { body: "使えますか。" }, r: { q: "7", state: "pending", no: "A-0007" } };
  const asked = reduce(start(), ack);
  assert.equal(asked.own["7"].state, "pending");
  assert.equal(asked.own["7"].no, "A-0007");
  assert.equal(reduce(asked, added(11, question("7"))).own["7"].state, "public");
});

test("another epoch asks for a snapshot", () => {
  assert.ok(reduce(start(), { t: "welcome", epoch: "0000", seq: 1, cv: 0, mine: { questions: [], votes: [] } }).isStale);
  assert.ok(reduce(start(), { t: "events", epoch: "0000", events: [], counts: {} }).isStale);
  assert.ok(reduce(start(), { t: "resync" }).isStale);
});

test("a replayed change of phase that does not say which asks for a snapshot", () => {
  assert.ok(reduce(start(), { t: "ev", seq: 11, k: "phase.set" }).isStale);
  const told = reduce(start(), { t: "ev", seq: 11, k: "phase.set", phase: "closed", stage: "s1" });
  assert.deepEqual([told.phase, told.stage, told.isStale], ["closed", "s1", false]);
});

test("a participant's welcome says nothing of a stream that only moderators read", () => {
  const welcome = { t: "welcome", epoch: "5f2c", seq: 10, sseq: 40, cv: 4, phase: "live", mine: { questions: [], votes: [] } };
  assert.ok(!isBehind(reduce(start(), welcome)));
  assert.ok(isBehind(reduce(start([], undefined, { sseq: 39, queue: [] }), welcome)));
});

test("a moderator's queue follows its own numbers", () => {
  const staff = start([], undefined, { sseq: 3, queue: [question("1", { state: "pending" })] });
  const state = reduce(staff, { t: "sev", seq: 4, k: "queue.changed", q: question("1", { state: "public", version: 2 }) });
  assert.equal(state.queue["1"].version, 2);
  assert.deepEqual([state.seq, state.sseq], [10, 4]);
  assert.deepEqual(reduce(state, { t: "sev", seq: 5, k: "queue.changed", q: question("1", { state: "withdrawn" }) }).queue, {});
});

test("the screen prefers whoever is on stage and never shows what is answered", () => {
  const all = [question("1", { counts: [9, 9] }), question("2", { slot: "s1" }), question("3", { slot: "s1", counts: [2, 2], answer: { body: "はい" } })];
  assert.equal(onScreen(start(all)).id, "1");
  assert.equal(onScreen(start(all, undefined, { stage: "s1" })).id, "2");
  assert.equal(onScreen(start(all, undefined, { stage: "s2" })), null);
  assert.equal(onScreen(start(all, undefined, { wanted: false })), null);
  assert.equal(onScreen(start([all[2]])), null);
});

test("what a moderator pinned stands on the screen, answered or not", () => {
  const all = [question("1", { counts: [9, 9] }), question("2", { answer: { body: "はい" } })];
  assert.equal(onScreen(start(all, undefined, { pinned: "2" })).id, "2");
  assert.equal(onScreen(start(all, undefined, { pinned: "2", wanted: false })).id, "2");
  assert.equal(onScreen(start(all, undefined, { pinned: "gone" })).id, "1");
});

test("what is removed leaves the stage at once, and its asker asks what became of it", () => {
  const mine = { questions: [question("1", { state: "public" })], votes: [] };
  const state = reduce(start([question("1")], mine, { pinned: "1" }), { t: "ev", seq: 11, k: "question.removed", id: "1" });
  assert.equal(state.pinned, null);
  assert.equal(state.own["1"].state, "pending");
});

test("a merged question leaves no text; a vote on it is one on its target, and its asker is led there", () => {
  const mine = { questions: [question("1", { state: "public" })], votes: ["1"], named: ["1"] };
  const state = reduce(start([question("1"), question("2")], mine), { t: "ev", seq: 11, k: "question.merged", id: "1", into: "2" });
  assert.deepEqual(Object.keys(state.questions), ["2"]);
  assert.deepEqual([state.votes, state.named], [["2"], ["2"]]);
  assert.deepEqual([state.own["1"].state, state.own["1"].into], ["merged", { id: "2", no: "A-2" }]);
});

test("a vote remembers whether it tells the vendor the body", () => {
  const ack = (named, on = true) => ({ t: "ack", ok: true, op: "vote.set", a: { q: "1", on, named }, r: { q: "1", on, counts: [1, 1] } });
  const told = reduce(start([question("1")]), ack(true));
  assert.deepEqual(told.named, ["1"]);
  assert.deepEqual(reduce(told, ack(false)).named, []);
  assert.deepEqual(reduce(told, ack(true, false)).named, []);
});

test("who looks at what is a value: the newest holds", () => {
  assert.deepEqual(reduce(start(), { t: "looks", l: { 1: ["佐藤"] } }).looks, { 1: ["佐藤"] });
});
