/*
 * Runs the browser's own reducer over what clients heard: stdin is a JSON list of logs, one a client, each a list of
 * frames with {"t": "snapshot"} where the client fetched one; stdout a JSON list of the views they end with.
 */

import { readFileSync } from "node:fs";

import { fromSnapshot, isBehind, reduce } from "../../../live/static/live/reducer.js";

const view = (log) => {
  let state = null;
  for (const frame of log) {
    if (frame.t === "snapshot") {
      const { mine, ...snapshot } = frame.snapshot;
      state = fromSnapshot(snapshot, mine);
    } else {
      state = reduce(state, frame);
    }
  }
  const { seq, sseq, cv, phase, stage, questions, queue, isStale } = state;
  return { seq, sseq, cv, phase, stage, questions, queue, isStale, isBehind: isBehind(state) };
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0)).map(view)));
