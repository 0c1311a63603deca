/*
 * The participants' page: everybody's questions, one's own with their states, asking and voting without a reload. What
 * arrives is handed to the parts of the page, what is pressed is given as commands.
 *
 *   <script type="module" src="…/live/view.js"></script>     on a page with data-room and #room-initial
 */

import { watch } from "./alike.js";
import { Asking } from "./asking.js";
import { RoomClient } from "./client.js";
import { Clock } from "./clock.js";
import { renderOwn } from "./own.js";
import { announcer, connectionTo, part, phrase, readPage, SAID_AFTER_MS, sayProblem, write } from "./page.js";
import { Polls } from "./polls.js";
import { Questions } from "./questions.js";
import { Reactions } from "./reactions.js";
import { isAsking, onStage } from "./reducer.js";

const { root, snapshot, state: initial, words, options, outbox } = readPage();
const stage = root.querySelector("[data-on-stage]");
const ask = root.querySelector("[data-ask]");
const announce = announcer(root.querySelector("[data-summary]"));
const clock = new Clock(root, words, options.now);
const sayConnection = connectionTo(words);
const waits = new Map(); // until when the server wants a question held back, by the id of its command

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: connected,
  onAck: acknowledged,
  onWait: held,
  onElsewhere: answeredElsewhere,
});
const questions = new Questions(root, { words, client, ask });

// --- What the room says -------------------------------------------------------------------------------------------

let untold = 0;

function render(state, before) {
  questions.show();
  const added = Object.keys(state.questions).filter((id) => !before.questions[id]).length;
  untold += added;
  if (added) announce(() => phrase(words, "new_questions", { n: tellAll() }));
  showOwn(state);
  renderStage(state);
  if (state.phase !== before.phase) renderPhase(state.phase);
}

/** How many are new since somebody was last told. */
function tellAll() {
  const many = untold;
  untold = 0;
  return many;
}

/** Who presents, and what is being answered: while the day runs. */
function renderStage(state) {
  const isLive = state.phase === "live";
  clock.follow(isLive ? state.clock : null);
  stage.hidden = !isLive;
  for (const element of stage.querySelectorAll("[data-stage]")) element.hidden = element.dataset.stage !== (state.stage ?? "");
  const pinned = isLive ? state.questions[state.pinned] : undefined;
  stage.querySelector("[data-pinned]").hidden = !pinned;
  write(stage, "pinned-body", pinned?.body ?? "");
  stage.querySelector("[data-pinned-link]").href = `#q-${pinned?.id ?? ""}`;
  asking?.addressTo(stage.querySelector(`[data-stage="${CSS.escape(onStage(state) ?? "")}"] bdi`)?.textContent ?? "");
}

/** What is for some phases only comes and goes with them; a question begun stays in sight until it is sent or copied. */
function renderPhase(phase) {
  for (const element of document.querySelectorAll("[data-phases]")) {
    const isBegun = ask && element.contains(ask) && asking.isBegun;
    element.hidden = !element.dataset.phases.split(" ").includes(phase) && !isBegun;
  }
  polls.setPhase(phase);
}

// --- Asking, voting, withdrawing ----------------------------------------------------------------------------------

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-vote]")) {
    const named = event.submitter?.name === "named" ? event.submitter.value === "1" : null;
    vote(form.elements.q.value, { on: named !== null || form.elements.on.value === "1", named: named === true });
  } else if (form.matches("[data-withdraw]")) {
    const item = form.closest("[data-own]");
    sayProblem(part(item, "problem"), "");
    give("question.withdraw", { q: form.elements.q.value });
    form.querySelector("details").open = false;
    // The button goes with the question's state: the keyboard goes on at the question.
    item.focus();
  } else if (form.matches("[data-ask]")) {
    if (asking.send()) alike.clear();
    showOwn();
  } else {
    return;
  }
  event.preventDefault();
});

/** Give a command; what is still on its way after a moment is said to be. */
function give(op, a) {
  const command = client.give(op, a);
  setTimeout(showWaiting, SAID_AFTER_MS);
  return command;
}

function vote(q, { on, named }) {
  const item = questions.item(q);
  if (item) sayProblem(part(item, "problem"), "");
  give("vote.set", { q, on, named });
  showWaiting();
}

function showWaiting() {
  questions.refill();
  reactions.render();
}

function showOwn(state = client.state) {
  renderOwn(root, { words, state, commands: outbox.commands, describe, waits });
}

/** What a question on its way will look like: to whom, what kind, under which name. */
function describe({ slot, kind, naming }) {
  const vendor = root.querySelector(`[data-stage="${CSS.escape(slot ?? "")}"] bdi`)?.textContent ?? "";
  return { kind, vendor, by: options.names[naming] ?? "" };
}

function acknowledged(ack) {
  waits.delete(ack.id);
  if (ack.op === "question.ask") asking?.answered(ack);
  if (ack.op === "vote.set") refuse(questions.item(ack.a.q), ack);
  if (ack.op === "question.withdraw") refuse(root.querySelector(`[data-own="${CSS.escape(ack.a.q)}"]`), ack);
  if (ack.op === "poll.reply") polls.answered(ack);
  if (ack.op === "reaction.set") reactions.answered(ack);
  showOwn();
  showWaiting();
}

/** Another tab had it answered: what the room says shows what became of it. */
function answeredElsewhere({ id, op, a }) {
  waits.delete(id);
  if (op === "question.ask") asking?.answeredElsewhere(id);
  if (op === "poll.reply") polls.answeredElsewhere(a.poll);
  showOwn();
  showWaiting();
}

/** Say what was refused where it was pressed; where the question has gone meanwhile, above the list. */
function refuse(item, ack) {
  const problem = ack.ok ? "" : ack.m;
  if (item) sayProblem(part(item, "problem"), problem);
  sayProblem(root.querySelector("[data-list-problem]"), item ? "" : problem);
}

/** The server wants a question later: it is said for how long, every second. */
function held(command, ms) {
  if (command.op !== "question.ask") return;
  waits.set(command.id, Date.now() + ms);
  tick();
}

function tick() {
  clearTimeout(ticking);
  for (const [id, until] of waits) {
    if (until <= Date.now()) waits.delete(id);
    else asking?.waiting(id, Math.ceil((until - Date.now()) / 1000));
  }
  showOwn();
  if (waits.size > 0) ticking = setTimeout(tick, 1_000);
}
let ticking = null;

function connected(connection) {
  sayConnection(connection);
  if (connection === "logged_out") asking?.clear();
}

// --- The page -----------------------------------------------------------------------------------------------------

const said = ask?.querySelector("[data-ask-said]");
const asking = ask && new Asking(ask, {
  words,
  names: options.names,
  outbox,
  // Whom the form names: whoever comes on stage while it is on its way is asked nothing.
  onAsk: (a) => give("question.ask", { ...a, slot: a.slot ?? onStage(client.state) }),
  announce: ask && announcer(said, { every: 1_000 }),
});
const polls = new Polls(root.querySelector("[data-polls]"), { words, polls: snapshot.polls, phase: initial.phase, outbox, give });
const reactions = new Reactions(root, { words, outbox, give });
const alike = ask && watch({
  ask,
  base: client.base,
  words,
  mayVote: ({ id }) => !(id in client.state.own) && isAsking(client.state.phase),
  onSame: ({ id }) => vote(id, { on: true, named: false }),
});

// Another tab sent something, or was answered.
addEventListener("storage", ({ key }) => {
  if (key?.startsWith(outbox.key)) showOwn();
});

// What was begun while questions were taken stays in reach.
const kept = root.querySelector("[data-kept]");
const { body: begun } = outbox.kept("draft");
if (kept && begun) {
  kept.hidden = false;
  kept.querySelector("textarea").value = begun;
}

showOwn(initial);
renderStage(initial);
showWaiting();
client.start();
