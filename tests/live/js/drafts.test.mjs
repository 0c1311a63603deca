// What a moderator has half typed survives a reload, until it is sent or given up.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Drafts } from "../../../live/static/live/drafts.js";
import { forget, memory, Outbox } from "../../../live/static/live/outbox.js";

const of = (storage, person = "1") => new Drafts(new Outbox(storage, "room", person));

test("drafts survive a reload by their names", () => {
  const storage = memory();
  of(storage).keep("slip", { body: "紙" });
  of(storage).keep("q1:edit-input", { value: "文", version: 2 });
  assert.deepEqual(of(storage).all(), [["slip", { body: "紙" }], ["q1:edit-input", { value: "文", version: 2 }]]);
});

test("what is given up is gone, and nothing is left of the last", () => {
  const storage = memory();
  const drafts = of(storage);
  drafts.keep("slip", { body: "紙" });
  drafts.keep("slip", null);
  assert.deepEqual(drafts.all(), []);
  assert.deepEqual(storage.keys(), []);
});

test("two pages of one person do not forget each other's drafts", () => {
  const storage = memory();
  const [one, other] = [of(storage), of(storage)];
  one.keep("a", { value: "1" });
  other.keep("b", { value: "2" });
  assert.equal(one.all().length, 2);
});

test("drafts go with whoever signs out; spoilt ones are none", () => {
  const storage = memory();
  of(storage).keep("slip", { body: "紙" });
  forget(storage);
  assert.deepEqual(of(storage).all(), []);
  storage.setItem("live:1:room:draft", '"text"');
  assert.deepEqual(of(storage).all(), []);
});
