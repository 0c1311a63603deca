/*
 * The big screen: one public question, or the poll a moderator put there; changed by itself, back by itself after a
 * power cut. Polls arrive as "room:frame" events of the document (see client.js).
 *
 *   <script type="module" src="…/live/screen.js"></script>     on a page with data-room and #room-initial
 */

import { RoomClient } from "./client.js";
import { Clock } from "./clock.js";
import { connectionTo, countWords, part, readPage, write } from "./page.js";
import { drawResults } from "./polls.js";
import { onScreen } from "./reducer.js";

const { root, snapshot, state: initial, words, options, outbox } = readPage();
const shown = root.querySelector("[data-screen-question]");
const asked = root.querySelector("[data-screen-poll]");
const none = root.querySelector("[data-none]");
const clock = new Clock(root, words, options.now);
let poll = onStage(snapshot);

function onStage({ polls, stage_poll: id }) {
  return polls.find((each) => each.id === id) ?? null;
}

function render(state) {
  const question = onScreen(state);
  shown.hidden = poll !== null || question === null;
  asked.hidden = poll === null;
  none.hidden = poll !== null || question !== null;
  clock.follow(state.clock);
  for (const name of ["vendor", "body", "by"]) write(shown, name, question?.[name] ?? "");
  write(shown, "counts", question ? countWords(words, question.counts) : "");
  // Nothing of a poll that was taken down stays in the page.
  write(asked, "prompt", poll?.prompt ?? "");
  drawResults(asked, poll ?? { kind: "", options: [] }, poll?.results ?? null, words.poll_count);
  part(asked, "words").className = poll?.kind === "text" ? "poll__texts" : "poll__words";
}

document.addEventListener("room:frame", ({ detail: frame }) => {
  if (Array.isArray(frame.polls)) poll = onStage(frame);
  const results = poll && (frame.p ?? frame.results)?.[poll.id];
  if (results) poll = { ...poll, results };
  if (Array.isArray(frame.polls) || results) render(client.state);
});

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: connectionTo(words),
  onAck: () => {},
});
clock.follow(initial.clock);
client.start();
// A hall's machine must not go dark in the middle of an answer; where the browser refuses, its own settings decide.
navigator.wakeLock?.request("screen").catch(() => {});
