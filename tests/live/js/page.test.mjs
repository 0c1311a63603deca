import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { announcer } from "../../../live/static/live/page.js";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("what gathers between two sentences is told in the next one, and the newest of two wins", () => {
  const place = { textContent: "" };
  const announce = announcer(place);
  let many = 0;
  const counted = () => {
    const told = `${many}件`;
    many = 0;
    return told;
  };
  for (const _ of [1, 2, 3]) {
    many += 1;
    announce(counted);
    mock.timers.tick(1_000);
  }
  assert.equal(place.textContent, "1件");
  mock.timers.tick(10_000);
  assert.equal(place.textContent, "2件");
  announce("別の話");
  announce("新しい話");
  mock.timers.tick(10_000);
  assert.equal(place.textContent, "新しい話");
});
