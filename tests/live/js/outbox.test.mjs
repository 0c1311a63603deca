// A command once given is not lost, not done twice, and not left on a shared terminal.
import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff, pollEvery } from "../../../live/static/live/client.js";
import { forget, memory, newId, Outbox } from "../../../live/static/live/outbox.js";

const HOUR = 3_600_000;

test("a command survives a reload, with the same id", () => {
  const storage = memory();
  const { id } = new Outbox(storage, "room", "p1").add("vote.set", { q: "1", on: true }, 0);
  assert.deepEqual(new Outbox(storage, "room", "p1").messages(0), [{ t: "cmd", id, op: "vote.set", a: { q: "1", on: true } }]);
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
  new Outbox(storage, "room", "1").draft = "私の質問";
  new Outbox(storage, "room", "11").draft = "別の人の質問";
  forget(storage, "1");
  assert.equal(new Outbox(storage, "room", "1").draft, "私の質問");
  assert.equal(new Outbox(storage, "room", "11").draft, "");
  forget(storage);
  assert.equal(new Outbox(storage, "room", "1").draft, "");
});

test("spoilt storage is an empty outbox", () => {
  const storage = memory();
  storage.setItem("live:p1:room:outbox", "{not json");
  assert.deepEqual(new Outbox(storage, "room", "p1").messages(0), []);
});

test("an id is long enough for the protocol and never the same", () => {
  assert.match(newId(), /^[0-9a-f]{24}$/);
  assert.notEqual(newId(), newId());
});

test("waiting before a reconnect is spread over a bound that grows to twenty seconds", () => {
  assert.equal(backoff(0, () => 1), 500);
  assert.equal(backoff(3, () => 0.5), 2_000);
  assert.equal(backoff(30, () => 1), 20_000);
});

test("without a socket a live room is asked every three seconds or so", () => {
  assert.equal(pollEvery("live", () => 0.5), 3_000);
  assert.equal(pollEvery("feedback", () => 0), 8_000);
});
