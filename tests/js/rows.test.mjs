// A new row bears its own number everywhere.
import assert from "node:assert/strict";
import { test } from "node:test";

import { numbered } from "../../site/pages/static/pages/js/rows.js";
import { percent } from "../../site/pages/static/pages/js/upload-progress.js";

test("every place of the number is filled", () => {
  assert.equal(numbered('<label for="id_p-__prefix__-n"><input name="p-__prefix__-n">', 3), '<label for="id_p-3-n"><input name="p-3-n">');
});
test("a size nobody knows is no progress", () => assert.equal(percent(100, 0), 0));
test("an unfinished upload never says 100", () => assert.equal(percent(999, 1000), 99));
