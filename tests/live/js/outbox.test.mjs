// A command once given is not lost, not done twice, and not left on a shared terminal.
import assert from "node:assert/strict";
import { test } from "node:test";

import { forget, memory, newId, Outbox, waitingFor } from "../../../live/static/live/outbox.js";

const HOUR = 3_600_000;

test("a command survives a reload, with the same id", () => {
  const storage = memory();
  const { id } = new Outbox(storage, "room", "p1").add("vote.set", { q: "1", on: true }, 0);
  assert.deepEqual(new Outbox(storage, "room", "p1").messages(0), [{ t: "cmd", id, op: "vote.set", a: { q: "1", on: true } }]);
});

test("two tabs of one room keep each their own, and whoever opens next finds both", () => {
  const storage = memory();
  const [one, other] = [new Outbox(storage, "room", "p1"), new Outbox(storage, "room", "p1")];
  const ids = [one.add("question.ask", { body: "一" }, 1).id, other.add("question.ask", { body: "二" }, 2).id];
  const found = new Outbox(storage, "room", "p1");
  assert.deepEqual(found.messages(3).map(({ id }) => id), ids);
  found.settle({ id: ids[0], ok: true });
  assert.deepEqual(new Outbox(storage, "room", "p1").messages(3).map(({ id }) => id), ids.slice(1));
});

test("what another open tab is sending is left to it, until it must have been closed", () => {
  const storage = memory();
  const [one, other] = [new Outbox(storage, "room", "p1"), new Outbox(storage, "room", "p1")];
  const { id } = one.add("question.ask", { body: "一" }, 0);
  assert.deepEqual(other.messages(9_000), []);
  assert.equal(other.settle({ id, ok: false, e: "closed" }), null);
  assert.equal(other.messages(10_000)[0].id, id);
});

test("what another tab settled is not sent again, and its own tab still hears of it", () => {
  const storage = memory();
  const one = new Outbox(storage, "room", "p1");
  const { id } = one.add("question.ask", { body: "一" }, 0);
  const found = new Outbox(storage, "room", "p1");
  assert.equal(found.settle({ id, ok: true }).id, id);
  assert.deepEqual(one.messages(1), []);
  assert.equal(one.settle({ id, ok: true }).id, id);
});

test("a refusal is said in the tab that gave the command, and not once more in one that found it", () => {
  const storage = memory();
  const one = new Outbox(storage, "room", "p1");
  const { id } = one.add("question.ask", { body: "一" }, 0);
  const found = new Outbox(storage, "room", "p1");
  assert.equal(one.settle({ id, ok: false, e: "closed" }).id, id);
  assert.equal(found.settle({ id, ok: false, e: "closed" }), null);
});

test("where the storage is full a command still goes out", () => {
  const storage = { ...memory(), setItem: () => { throw new Error("full"); } };
  const outbox = new Outbox(storage, "room", "p1");
  const { id } = outbox.add("vote.set", {}, 0);
  assert.equal(outbox.messages(0)[0].id, id);
  outbox.settle({ id, ok: true });
  assert.deepEqual(outbox.messages(0), []);
});

test("commands given in one moment keep their order", () => {
  const outbox = new Outbox(memory(), "room", "p1");
  const ids = [1, 2, 3, 4, 5].map((n) => outbox.add("vote.set", { n }, 0).id);
  assert.deepEqual(outbox.messages(0).map(({ id }) => id), ids);
});

test("a form being written is kept whole, by its name, until there is nothing in it", () => {
  const storage = memory();
  const outbox = new Outbox(storage, "room", "p1");
  outbox.keep("draft", { body: "書きかけ", naming: "anonymous" });
  outbox.keep("poll:7", ["防災"]);
  const again = new Outbox(storage, "room", "p1");
  assert.deepEqual([again.kept("draft"), again.kept("poll:7")], [{ body: "書きかけ", naming: "anonymous" }, ["防災"]]);
  again.keep("poll:7", "");
  assert.equal(again.kept("poll:7"), "");
});

test("what two consoles of one person keep under names that begin alike stands beside each other, until it is given up", () => {
  const storage = memory();
  const [one, other] = [new Outbox(storage, "room", "p1"), new Outbox(storage, "room", "p1")];
  one.keep("desk:slip", { body: "紙" });
  other.keep("desk:q1:edit-input", { value: "文", version: 2 });
  one.keep("draft", { body: "質問" });
  const both = [["slip", { body: "紙" }], ["q1:edit-input", { value: "文", version: 2 }]];
  assert.deepEqual(new Outbox(storage, "room", "p1").keptUnder("desk:"), both);
  other.keep("desk:slip", "");
  storage.setItem("live:p1:room:desk:q2:edit-input", "{not json");
  assert.deepEqual(one.keptUnder("desk:"), both.slice(1));
  one.clear();
  assert.deepEqual([other.keptUnder("desk:"), storage.keys()], [[], []]);
});

test("who signed out leaves nothing of theirs, not even in an open page", () => {
  const outbox = new Outbox(memory(), "room", "p1");
  const { id } = outbox.add("vote.set", {}, 0);
  outbox.keep("draft", "書きかけ");
  outbox.clear();
  assert.deepEqual([outbox.messages(0), outbox.kept("draft"), outbox.settle({ id, ok: true })], [[], "", null]);
});

test("of what waits the newest counts", () => {
  const reaction = (label, on) => ({ op: "reaction.set", a: { slot: "s1", label, on } });
  const commands = [reaction("consult", true), reaction("useful", true), reaction("consult", false)];
  assert.equal(waitingFor(commands, "reaction.set", ({ label }) => label === "consult"), commands[2]);
  assert.equal(waitingFor(commands, "vote.set", () => true), undefined);
});

test("only its acknowledgement takes a command out", () => {
  const outbox = new Outbox(memory(), "room", "p1");
  const command = outbox.add("vote.set", {}, 0);
  assert.equal(outbox.settle({ id: "another", ok: true }), null);
  assert.equal(outbox.settle({ id: command.id, ok: true }), command);
  assert.deepEqual(outbox.messages(0), []);
});

test("a busy server is asked again, a refusal is not", () => {
  const outbox = new Outbox(memory(), "room", "p1");
  const { id } = outbox.add("vote.set", {}, 0);
  assert.equal(outbox.settle({ id, ok: false, e: "rate" }), null);
  assert.equal(outbox.settle({ id, ok: false, e: "busy" }), null);
  assert.equal(outbox.settle({ id, ok: false, e: "gone" }).id, id);
});

test("what is older than the server's memory is not sent again", () => {
  const outbox = new Outbox(memory(), "room", "p1");
  outbox.add("question.ask", { body: "?" }, 0);
  assert.equal(outbox.messages(22 * HOUR).length, 1);
  assert.equal(outbox.messages(24 * HOUR).length, 0);
});

test("nobody finds another person's words on a shared terminal", () => {
  const storage = memory();
  const kept = (person) => new Outbox(storage, "room", person).kept("draft");
  new Outbox(storage, "room", "1").keep("draft", "私の質問");
  new Outbox(storage, "room", "11").keep("draft", "別の人の質問");
  forget(storage, "1");
  assert.deepEqual([kept("1"), kept("11")], ["私の質問", ""]);
});

test("spoilt storage is an empty outbox", () => {
  const storage = memory();
  storage.setItem("live:p1:room:cmd:1", "{not json");
  assert.deepEqual(new Outbox(storage, "room", "p1").messages(0), []);
});

test("an id is long enough for the protocol and never the same", () => {
  assert.match(newId(), /^[0-9a-f]{24}$/);
  assert.notEqual(newId(), newId());
});
