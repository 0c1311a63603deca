import assert from "node:assert/strict";
import { test } from "node:test";

import { characters } from "../../../live/static/live/asking.js";

test("characters are counted as the counter below the field counts them", () => {
  assert.deepEqual(["あ", "👨‍👩‍👧‍👦", "葛󠄀", "一\r\n二"].map(characters), [1, 1, 1, 3]);
});
