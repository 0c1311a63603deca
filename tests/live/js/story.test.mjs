// Snapshot, then events, equals a fresh snapshot: the story that tests/live/test_events.py recorded from the server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fromSnapshot, isBehind, reduce } from "../../../live/static/live/reducer.js";

const story = JSON.parse(readFileSync(new URL("../cases/story.json", import.meta.url)));
const nobody = { questions: [], votes: [], named: [] };
const forAudience = (frames) => frames.filter(({ t }) => t !== "sev");

function known(state) {
  const { questions, queue, seq, sseq, cv, phase, stage, pinned, wanted, banned } = state;
  return { questions, queue, seq, sseq, cv, phase, stage, pinned, wanted, banned };
}

for (const [audience, place, frames] of [["participant", 0, forAudience], ["moderator", 1, (all) => all]]) {
  for (const stream of ["live", "replayed"]) {
    test(`a ${audience} who was told everything (${stream}) knows what a fresh snapshot says`, () => {
      const start = fromSnapshot(story.start[place], nobody);
      const end = frames(story[stream]).reduce(reduce, start);
      assert.ok(!isBehind(end) && !end.isStale);
      assert.deepEqual(known(end), known(fromSnapshot(story.end[place], nobody)));
    });
  }

  test(`a ${audience} who hears every frame twice knows the same`, () => {
    const twice = frames(story.live).flatMap((frame) => [frame, frame]);
    const end = twice.reduce(reduce, fromSnapshot(story.start[place], nobody));
    assert.deepEqual(known(end), known(fromSnapshot(story.end[place], nobody)));
  });
}
