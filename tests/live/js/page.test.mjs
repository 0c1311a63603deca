import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { announcer, inJapan, inOrder, isOfInputMethod, sayProblem, sends } from "../../../live/static/live/page.js";

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

test("of another day the day is said, by the calendar of Japan", () => {
  const at = "2026-07-01T23:59:00+09:00";
  assert.equal(inJapan(at, new Date("2026-07-01T15:01:00+09:00")), "23:59");
  assert.equal(inJapan(at, new Date("2026-07-02T00:00:00+09:00")), "7/1 23:59");
  assert.equal(inJapan(at, new Date("2027-07-01T23:59:00+09:00")), "7/1 23:59");
});

test("a problem is marked as one and stands there until it is over", () => {
  const place = {};
  sayProblem(place, "文を入力してください。");
  assert.deepEqual(place, { textContent: "＊文を入力してください。", hidden: false });
  sayProblem(place, "");
  assert.deepEqual(place, { textContent: "", hidden: true });
});

test("Ctrl or ⌘ and Enter send; Enter that takes a candidate does not, in Safari neither", () => {
  const enter = { key: "Enter", ctrlKey: false, metaKey: false, isComposing: false, keyCode: 13 };
  const pressed = [{ ctrlKey: true }, { metaKey: true }, {}, { ctrlKey: true, isComposing: true }, { ctrlKey: true, keyCode: 229 }, { ctrlKey: true, key: "a" }];
  assert.deepEqual(pressed.map((how) => sends({ ...enter, ...how })), [true, true, false, false, false, false]);
  assert.deepEqual([{ keyCode: 229 }, { isComposing: true }, {}].map((how) => isOfInputMethod({ ...enter, ...how })), [true, true, false]);
});

test("what stands where it belongs is not moved, and what is not named stays behind", () => {
  const moved = [];
  const list = {
    children: ["甲", "乙", "丙", "丁"],
    insertBefore(item, next) {
      moved.push(item);
      const rest = this.children.filter((other) => other !== item);
      const place = next === null ? rest.length : rest.indexOf(next);
      this.children = [...rest.slice(0, place), item, ...rest.slice(place)];
    },
  };
  inOrder(list, ["甲", "丙", "新"]);
  assert.deepEqual([list.children, moved], [["甲", "丙", "新", "乙", "丁"], ["丙", "新"]]);
});
