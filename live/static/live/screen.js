/*
 * The big screen: one public question, or the poll a moderator put there; changed by itself, back by itself after a
 * power cut. Polls arrive as "room:frame" events of the document (see client.js).
 *
 *   <script type="module" src="…/live/screen.js"></script>     on a page with data-room and #room-initial
 */

import { RoomClient } from "./client.js";
import { Clock } from "./clock.js";
import { connectionTo, countWords, part, readPage, write } from "./page.js";
import { onScreen } from "./reducer.js";
import { drawResults } from "./results.js";

const { root, snapshot, state: initial, words, options, outbox } = readPage();
const main = root.querySelector("[data-screen-main]");
const shown = root.querySelector("[data-screen-question]");
const asked = root.querySelector("[data-screen-poll]");
const none = root.querySelector("[data-none]");
const clock = new Clock(root, words, options.now);
const sayConnection = connectionTo(words);
// No text gets smaller than this part of the size it has room for at best.
const SMALLEST = 0.2;
let poll = pollOf(snapshot);
let isOver = false;

function pollOf({ polls, stage_poll: id }) {
  return polls.find((each) => each.id === id) ?? null;
}

function render(state) {
  const question = isOver ? null : onScreen(state);
  const shownPoll = isOver ? null : poll;
  shown.hidden = shownPoll !== null || question === null;
  asked.hidden = shownPoll === null;
  none.hidden = isOver || shownPoll !== null || question !== null;
  clock.follow(state.clock);
  for (const vendor of root.querySelectorAll("[data-stage]")) vendor.hidden = vendor.dataset.stage !== state.stage;
  for (const name of ["body", "by"]) write(shown, name, question?.[name] ?? "");
  // Whoever is on stage is named above already.
  write(shown, "vendor", question && question.slot !== state.stage ? (question.vendor ?? "") : "");
  write(shown, "counts", question ? countWords(words, question.counts) : "");
  // Nothing of a poll that was taken down stays in the page.
  write(asked, "prompt", shownPoll?.prompt ?? "");
  drawOptions(shownPoll?.results ? [] : (shownPoll?.options ?? []));
  drawResults(asked, shownPoll ?? { kind: "", options: [] }, shownPoll?.results ?? null, words.poll_count);
  part(asked, "words").className = shownPoll?.kind === "text" ? "poll__texts" : "poll__words";
  fit();
}

/** What may be answered, as long as nobody is shown what was. */
function drawOptions(options) {
  const list = part(asked, "options");
  list.hidden = options.length === 0;
  list.replaceChildren(...options.map((label) => Object.assign(document.createElement("li"), { textContent: label })));
}

/** Nobody can scroll a wall: what is too long for it gets smaller, never larger than it is meant to be. */
function fit() {
  for (let size = 1; size >= SMALLEST; size *= 0.95) {
    main.style.setProperty("--fit", String(size));
    if (main.scrollHeight <= main.clientHeight && main.scrollWidth <= main.clientWidth) return;
  }
}

document.addEventListener("room:frame", ({ detail: frame }) => {
  if (Array.isArray(frame.polls)) poll = pollOf(frame);
  const results = poll && (frame.p ?? frame.results)?.[poll.id];
  if (results) poll = { ...poll, results };
  if (Array.isArray(frame.polls) || results) render(client.state);
});

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: (now) => {
    sayConnection(now);
    isOver = now === "signed_out";
    if (isOver) render(client.state);
  },
  onAck: () => {},
});
render(initial);
client.start();
addEventListener("resize", fit);
document.fonts.ready.then(fit);
// A hall's machine must not go dark in the middle of an answer; where the browser refuses, its own settings decide.
navigator.wakeLock?.request("screen").catch(() => {});
