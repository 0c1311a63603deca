/*
 * The participants' page: everybody's questions, one's own with their states, asking and voting without a reload.
 * The list does not move under a finger: while somebody types, votes or reads further down, new questions wait behind a
 * button. What was taken from sight goes at once.
 *
 *   <script type="module" src="…/live/view.js"></script>     on a page with data-room and #room-initial
 */

import { watch } from "./alike.js";
import { Asking } from "./asking.js";
import { RoomClient } from "./client.js";
import { Clock } from "./clock.js";
import { linked } from "./links.js";
import { listed, matches } from "./listing.js";
import { Narrow } from "./narrow.js";
import { renderOwn } from "./own.js";
import { announcer, blank, connectionTo, countWords, inJapan, inOrder, part, phrase, readPage, SAID_AFTER_MS, sayProblem, sceneWords, setValues, write } from "./page.js";
import { Polls, Reactions, waitingFor } from "./polls.js";
import { isAsking } from "./reducer.js";

const { root, snapshot, state: initial, words, options, outbox } = readPage();
const list = root.querySelector("[data-questions]");
const none = root.querySelector("[data-none]");
const newButton = root.querySelector("[data-new]");
const stage = root.querySelector("[data-on-stage]");
const ask = root.querySelector("[data-ask]");
const nothingFound = root.querySelector("[data-nothing-found]");
const narrow = new Narrow(root, () => arrange(client.state));
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
});

// --- Everybody's questions ----------------------------------------------------------------------------------------

let isComposing = false;
document.addEventListener("compositionstart", () => (isComposing = true));
document.addEventListener("compositionend", () => (isComposing = false));

/** Whether a change of order would pull the list away from somebody, or pull somebody's eye from a sentence begun. */
function isHeld() {
  const isScrolled = list.getBoundingClientRect().top < -80;
  const isWriting = ask?.contains(document.activeElement) && ask.elements.body.value !== "";
  return isComposing || isScrolled || isWriting || list.contains(document.activeElement);
}

let commands = outbox.commands;
let untold = 0;

function render(state, before) {
  commands = outbox.commands;
  const items = new Map(Array.from(list.children, (item) => [item.dataset.question, item]));
  for (const [id, item] of items) {
    if (state.questions[id]) fillQuestion(item, state.questions[id], state);
    else item.remove();
  }
  const fresh = Object.values(state.questions).filter((question) => !items.has(question.id) && matches(question, narrow.choice));
  if (isHeld()) offer(fresh.length);
  else arrange(state);
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

function offer(count) {
  newButton.hidden = count === 0;
  newButton.textContent = phrase(words, "new_items", { n: count });
}

function arrange(state) {
  offer(0);
  const items = new Map(Array.from(list.children, (item) => [item.dataset.question, item]));
  const wanted = listed(Object.values(state.questions), narrow.choice);
  inOrder(list, wanted.map((question) => items.get(question.id) ?? newQuestion(question, state)));
  for (const { id } of wanted) items.delete(id);
  for (const item of items.values()) item.remove();
  none.hidden = wanted.length > 0 || narrow.isNarrowed;
  nothingFound.hidden = wanted.length > 0 || !narrow.isNarrowed;
}

newButton.addEventListener("click", () => {
  arrange(client.state);
  list.querySelector("button")?.focus({ preventScroll: true });
  list.scrollIntoView({ block: "start" });
});

function newQuestion(question, state) {
  const item = blank("question-template");
  item.dataset.question = question.id;
  item.querySelector("article").id = `q-${question.id}`;
  setValues(item, "id", question.id);
  const counts = part(item, "counts");
  counts.id = `counts-${question.id}`;
  if (part(item, "form")) part(item, "form").id = `vote-${question.id}`;
  part(item, "named")?.setAttribute("form", `vote-${question.id}`);
  part(item, "vote")?.setAttribute("aria-describedby", counts.id);
  fillQuestion(item, question, state);
  return item;
}

function fillQuestion(item, question, state) {
  const isMine = question.id in state.own;
  const isVoted = state.votes.includes(question.id);
  item.firstElementChild.classList.toggle("post--mine", isMine);
  const isPinned = state.phase === "live" && state.pinned === question.id;
  item.firstElementChild.classList.toggle("post--pinned", isPinned);
  part(item, "pinned").hidden = !isPinned;
  part(item, "mine").hidden = !isMine;
  for (const name of ["body", "by", "no"]) write(item, name, question[name]);
  write(item, "vendor", question.vendor ?? "");
  write(item, "counts", countWords(words, question.counts));
  write(item, "scene", sceneWords(words, question.scene));
  write(item, "asked", inJapan(question.asked_at));
  part(item, "opinion").hidden = question.kind !== "opinion";
  part(item, "answered").hidden = !question.answer;
  part(item, "answer").hidden = !question.answer;
  part(item, "oral").hidden = !question.answer?.oral;
  write(item, "oral-at", question.answer?.oral ? inJapan(question.answer.at) : "");
  part(item, "individual").hidden = !question.answer?.individual;
  linked(part(item, "answer-body"), question.answer?.body ?? "");
  const button = part(item, "vote");
  if (!button) return;
  part(item, "people").textContent = String(question.counts[0]);
  button.setAttribute("aria-pressed", String(isVoted));
  // Nobody votes for their own question, and nobody at all once only answers come.
  const isClosed = !isAsking(state.phase);
  part(item, "form").hidden = isClosed || (isMine && !isVoted);
  const waiting = waitingFor(commands, "vote.set", ({ q }) => q === question.id);
  part(item, "on").value = (waiting ? waiting.a.on : isVoted) ? "0" : "1";
  const isLate = waiting !== undefined && Date.now() - waiting.at >= SAID_AFTER_MS;
  part(item, "same").hidden = isLate;
  part(item, "sending").hidden = !isLate;
  const isNamed = state.named.includes(question.id);
  part(item, "voted").hidden = !isVoted || isClosed;
  part(item, "told").hidden = part(item, "untell").hidden = !isNamed;
  part(item, "tell").hidden = isNamed;
  part(item, "named").value = isNamed ? "0" : "1";
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
  asking?.addressTo(stage.querySelector(`[data-stage="${CSS.escape(state.stage ?? "")}"] bdi`)?.textContent ?? "");
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
    write(item, "problem", "");
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
  const item = itemOf(q);
  if (item) write(item, "problem", "");
  give("vote.set", { q, on, named });
  showWaiting();
}

const itemOf = (id) => list.querySelector(`[data-question="${CSS.escape(id)}"]`);

function showWaiting() {
  commands = outbox.commands;
  const { state } = client;
  for (const item of list.children) if (state.questions[item.dataset.question]) fillQuestion(item, state.questions[item.dataset.question], state);
  reactions.render();
}

function showOwn(state = client.state) {
  renderOwn(root, { words, state, commands: outbox.commands, describe, waits });
}

/** What a question on its way will look like: to whom, what kind, under which name. */
function describe({ slot, kind, naming }) {
  const vendor = root.querySelector(`[data-stage="${CSS.escape(slot ?? client.state.stage ?? "")}"] bdi`)?.textContent ?? "";
  return { kind, vendor, by: options.names[naming] ?? "" };
}

function acknowledged(ack) {
  commands = outbox.commands;
  waits.delete(ack.id);
  if (ack.op === "question.ask") {
    asking?.answered(ack);
  }
  if (ack.op === "vote.set") refuse(itemOf(ack.a.q), ack);
  if (ack.op === "question.withdraw") refuse(root.querySelector(`[data-own="${CSS.escape(ack.a.q)}"]`), ack);
  if (ack.op === "poll.reply") polls.answered(ack);
  if (ack.op === "reaction.set") reactions.answered(ack);
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
  onAsk: (a) => give("question.ask", a),
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
