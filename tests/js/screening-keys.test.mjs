import assert from "node:assert/strict";
import { test } from "node:test";

import { areOff, boardAction, deskAction, moved, takesText } from "../../pitches/static/pitches/keys.js";

const key = (name, more = {}) => ({ key: name, target: { tagName: "BODY" }, ...more });
const typing = { target: { tagName: "TEXTAREA" } };

test("keys walk the board, open a requirement, choose and search", () => {
  const pressed = ["j", "ArrowDown", "k", "ArrowUp", "x", "/", "?", "3"].map((name) => boardAction(key(name)));
  assert.deepEqual(
    pressed.map(({ name, value }) => [name, value]),
    [["next", null], ["next", null], ["previous", null], ["previous", null], ["toggle", null], ["search", null], ["help", null], ["open", "R3"]],
  );
  for (const name of ["5", "0", "Enter", "a", "toString", "constructor"]) assert.equal(boardAction(key(name)), null);
});

test("keys judge on the desk", () => {
  const judged = ["a", "c", "u", "x", "e"].map((name) => deskAction(key(name)));
  assert.deepEqual(judged.map(({ value }) => value), ["fit", "conditional", "unclear", "unfit", "exempt"]);
  assert.deepEqual(deskAction(key("2")), { name: "desk", value: "R2" });
  assert.deepEqual(["n", "p", "s", "r", "b"].map((name) => deskAction(key(name)).name), ["next", "previous", "save", "reason", "board"]);
});

test("no key does anything while somebody types, composes or holds a modifier", () => {
  for (const more of [typing, { isComposing: true }, { ctrlKey: true }, { metaKey: true }, { altKey: true }]) {
    assert.equal(boardAction(key("j", more)), null);
    assert.equal(deskAction(key("a", more)), null);
  }
});

test("control and enter save from inside a text, but not in the middle of a composition", () => {
  assert.deepEqual(deskAction(key("Enter", { ...typing, ctrlKey: true })), { name: "save", value: null });
  assert.equal(deskAction(key("Enter", { ...typing, ctrlKey: true, isComposing: true })), null);
  assert.equal(deskAction(key("Enter", typing)), null);
});

test("boxes and buttons take no text, fields do", () => {
  assert.equal(takesText({ tagName: "INPUT", type: "checkbox" }), false);
  assert.equal(takesText({ tagName: "INPUT", type: "search" }), true);
  assert.equal(takesText({ tagName: "SELECT" }), true);
  assert.equal(takesText({ tagName: "A" }), false);
  assert.equal(takesText(null), false);
});

test("walking stops at both ends and starts at the first", () => {
  assert.deepEqual([moved(-1, 1, 3), moved(0, -1, 3), moved(2, 1, 3), moved(1, 1, 3), moved(0, 1, 0)], [0, 0, 2, 2, -1]);
});

test("keys are on where nothing can be remembered", () => {
  assert.equal(areOff({ getItem: () => { throw new Error("denied"); } }), false);
  assert.equal(areOff({ getItem: () => "true" }), true);
});
