// What others saved is shown without disturbing whoever types, and what is not shown is never taken for read.
import assert from "node:assert/strict";
import { test } from "node:test";

import { plan, seenValues, snapshot } from "../../site/pages/static/pages/js/merge.js";

const sent = snapshot([["title", "窓口"], ["theme", "防災"], ["areas", "a"], ["areas", "b"], ["file", new Blob()]]);
const title = { name: "title", control: "title", value: "別の題" };
const table = { name: "R1-01.value", control: "R1-01", value: null };

test("several values of one control are told from one", () => {
  assert.notEqual(sent.get("areas"), snapshot([["areas", "ab"]]).get("areas"));
  assert.equal(sent.has("file"), false);
});
test("a value nobody touched here is shown", () => {
  assert.deepEqual(plan([title], sent, sent, "theme"), { shown: [title], waiting: [] });
});
test("the field the person is in waits", () => {
  assert.deepEqual(plan([title], sent, sent, "title"), { shown: [], waiting: [title] });
});
test("a field changed since it was sent waits", () => {
  const present = new Map(sent).set("title", snapshot([["title", "窓口の"]]).get("title"));
  assert.deepEqual(plan([title], sent, present, "theme").waiting, [title]);
});
test("a table waits for the page to be opened again", () => {
  assert.deepEqual(plan([table], sent, sent, undefined).waiting, [table]);
});
test("a name that waits keeps the version at which it was last seen", () => {
  assert.deepEqual(seenValues(["R1-01.value", "title"], ["title:3", "theme:2"], "7"), ["R1-01.value:7", "title:3"]);
});
