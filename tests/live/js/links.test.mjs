// Addresses are found as the server finds them: the same cases for both.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pieces } from "../../../live/static/live/links.js";

const cases = JSON.parse(readFileSync(new URL("../cases/links.json", import.meta.url)));

test("an address ends where its text goes on", () => {
  for (const [text, found] of cases.pieces) {
    assert.deepEqual(pieces(text), found.map((piece) => [piece, /^https?:/.test(piece)]), text);
  }
});
