// What was typed and not yet saved is never lost, and never overwrites what is newer.
import assert from "node:assert/strict";
import { test } from "node:test";

import { isTouched, typedValues, verdict } from "../../site/pages/static/pages/js/autosave.js";

const now = Date.UTC(2026, 7, 21);
const typed = [["title", "窓口"]];
const kept = { version: "7", values: typed, at: now - 60_000 };

test("tokens and files are not kept in the browser", () => {
  const entries = [["csrfmiddlewaretoken", "secret"], ["version", "7"], ["title", "窓口"], ["file", new Blob()]];
  assert.deepEqual(typedValues(entries), typed);
});
test("nothing kept, nothing to do", () => assert.equal(verdict(null, "7", [], now), "none"));
test("what the server already shows is dropped", () => assert.equal(verdict(kept, "8", typed, now), "none"));
test("unsaved text of the same version comes back by itself", () => assert.equal(verdict(kept, "7", [["title", ""]], now), "restore"));
test("over a newer version it is only offered", () => assert.equal(verdict(kept, "8", [["title", "新"]], now), "offer"));
test("after two weeks it is forgotten", () => {
  assert.equal(verdict({ ...kept, at: now - 15 * 24 * 3600 * 1000 }, "7", [], now), "none");
});

const text = (value, defaultValue = "") => ({ name: "body", type: "textarea", value, defaultValue });
const box = (checked, defaultChecked) => ({ name: "individual", type: "radio", value: "1", checked, defaultChecked });
const select = (...options) => ({ name: "slot", type: "select-one", options: options.map(([selected, defaultSelected]) => ({ selected, defaultSelected })) });

test("a form that holds what the server sent is untouched", () => {
  const hidden = { name: "version", type: "hidden", value: "8", defaultValue: "7" };
  const button = { name: "step", type: "submit", value: "draft" };
  assert.ok(!isTouched([text("窓口", "窓口"), box(true, true), select([true, false], [false, false]), select([false, false], [true, true]), hidden, button]));
});
for (const [what, control] of [
  ["a text", text("窓口の")],
  ["a choice", box(false, true)],
  ["another option than the first", select([false, false], [true, false])],
  ["another option than the server's", select([true, false], [false, true])],
]) {
  test(`${what} that was written before the script was there is touched`, () => assert.ok(isTouched([text(""), control])));
}
