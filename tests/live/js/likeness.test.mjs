// What asks the same is found in the browser as on the server: the same cases for both.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { alike, likeness } from "../../../live/static/live/likeness.js";

const cases = JSON.parse(readFileSync(new URL("../cases/folding.json", import.meta.url)));

test("likeness is what the server says", () => {
  for (const [one, other, how] of cases.likeness) assert.equal(Math.round(likeness(one, other) * 1e4) / 1e4, how, one);
});

test("questions that ask the same are found, the most alike first, never the question itself", () => {
  const it = { id: "1", body: "停電のときも使えますか。" };
  const bodies = ["停電時でも利用できますか？", "停電のとき使えますか", "費用の目安は？"];
  const others = [it, ...bodies.map((body, place) => ({ id: String(place + 2), body }))];
  assert.deepEqual(alike(it, others).map(({ id }) => id), ["3", "2"]);
});
