/*
 * The participants' page: everybody's questions, one's own with their states, asking and voting without a reload.
 * The list does not move under a finger: while somebody types, votes or reads further down, new questions wait behind a
 * button. What was taken from sight goes at once.
 *
 *   <script type="module" src="…/live/view.js"></script>     on a page with data-room and #room-initial
 */

import { watch } from "./alike.js";
import { RoomClient } from "./client.js";
import { Clock } from "./clock.js";
import { listed, matches } from "./listing.js";
import { Narrow } from "./narrow.js";
import { renderOwn } from "./own.js";
import { announcer, blank, connectionTo, countWords, inJapan, part, phrase, readPage, sceneWords, setValues, write } from "./page.js";
import { milliseconds } from "./playtime.js";

const { root, state: initial, words, options, outbox } = readPage();
const list = root.querySelector("[data-questions]");
const none = root.querySelector("[data-none]");
const newButton = root.querySelector("[data-new]");
const ask = root.querySelector("[data-ask]");
const nothingFound = root.querySelector("[data-nothing-found]");
const narrow = new Narrow(root, () => arrange(client.state));
const announce = announcer(root.querySelector("[data-summary]"));
const clock = new Clock(root, words, options.now);

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: connectionTo(words),
  onAck: acknowledged,
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

function render(state, before) {
  const items = new Map(Array.from(list.children, (item) => [item.dataset.question, item]));
  for (const [id, item] of items) {
    if (state.questions[id]) fillQuestion(item, state.questions[id], state);
    else item.remove();
  }
  const fresh = Object.values(state.questions).filter((question) => !items.has(question.id) && matches(question, narrow.choice));
  if (isHeld()) offer(fresh.length);
  else arrange(state);
  const added = Object.keys(state.questions).filter((id) => !before.questions[id]).length;
  if (added) announce(phrase(words, "new_questions", { n: added }));
  renderOwn(root, words, state, outbox);
  renderStage(state);
  if (state.phase !== before.phase) renderPhase(state.phase);
}

function offer(count) {
  newButton.hidden = count === 0;
  newButton.textContent = phrase(words, "new_items", { n: count });
}

function arrange(state) {
  offer(0);
  const items = new Map(Array.from(list.children, (item) => [item.dataset.question, item]));
  const wanted = listed(Object.values(state.questions), narrow.choice);
  wanted.forEach((question, place) => {
    const item = items.get(question.id) ?? newQuestion(question, state);
    items.delete(question.id);
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
  });
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
  const isVoted = state.votes.includes(question.id);
  item.firstElementChild.classList.toggle("post--mine", question.id in state.own);
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
  write(item, "answer-body", question.answer?.body ?? "");
  const button = part(item, "vote");
  if (!button) return;
  part(item, "people").textContent = String(question.counts[0]);
  button.setAttribute("aria-pressed", String(isVoted));
  part(item, "on").value = isVoted ? "0" : "1";
  const isNamed = state.named.includes(question.id);
  part(item, "voted").hidden = !isVoted;
  part(item, "told").hidden = part(item, "untell").hidden = !isNamed;
  part(item, "tell").hidden = isNamed;
  part(item, "named").value = isNamed ? "0" : "1";
}

function renderStage(state) {
  clock.follow(state.clock);
  for (const element of root.querySelectorAll("[data-stage]")) element.hidden = element.dataset.stage !== (state.stage ?? "");
}

/** What is for some phases only comes and goes with them; a question begun stays in sight until it is sent or copied. */
function renderPhase(phase) {
  for (const element of document.querySelectorAll("[data-phases]")) {
    const isBegun = ask && element.contains(ask) && ask.elements.body.value !== "";
    element.hidden = !element.dataset.phases.split(" ").includes(phase) && !isBegun;
  }
}

// --- Asking, voting, withdrawing ----------------------------------------------------------------------------------

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-vote]")) {
    const named = event.submitter?.name === "named" ? event.submitter.value === "1" : null;
    client.give("vote.set", { q: form.elements.q.value, on: named !== null || form.elements.on.value === "1", named: named === true });
  } else if (form.matches("[data-withdraw]")) {
    client.give("question.withdraw", { q: form.elements.q.value });
    form.querySelector("details").open = false;
  } else if (form.matches("[data-ask]")) {
    sendQuestion(form.elements);
  } else {
    return;
  }
  event.preventDefault();
});

function sendQuestion({ body, slot, kind, naming, scene }) {
  const position = milliseconds(scene.value);
  if (!body.value.trim()) return complain(words.empty, body);
  if (position === undefined) return complain(words.no_scene, scene);
  tell("");
  const about = { slot: slot.value || null, ...(position === null ? {} : { pos_ms: position }) };
  client.give("question.ask", { body: body.value, ...about, kind: kind.value, naming: naming.value });
  outbox.draft = "";
  setBody(body, "");
  alike.clear();
  renderOwn(root, words, client.state, outbox);
}

function complain(problem, field) {
  tell(problem);
  field.focus();
}

function acknowledged(ack) {
  renderOwn(root, words, client.state, outbox);
  if (ack.ok && ack.op === "question.ask") {
    announce(phrase(words, "received", { no: ack.r.no }));
    // The scene stays until its question has arrived: what is refused comes back whole.
    if (ask && milliseconds(ask.elements.scene.value) === ack.a.pos_ms) ask.elements.scene.value = "";
  }
  if (ack.ok) return;
  // What was refused goes back to where it was typed, unless something new stands there already.
  if (ack.op === "question.ask" && ask && !ask.elements.body.value) setBody(ask.elements.body, ack.a.body);
  tell(ack.m);
}

function tell(problem) {
  const place = root.querySelector("[data-ask-problem]");
  if (!place) return;
  place.textContent = problem ? `＊${problem}` : "";
  place.hidden = !problem;
}

function setBody(body, text) {
  body.value = text;
  // The counter listens to typing alone.
  body.dispatchEvent(new Event("input", { bubbles: true }));
}

const alike = ask && watch({ ask, base: client.base, words, onSame: ({ id }) => client.give("vote.set", { q: id, on: true, named: false }) });

if (ask) {
  const { body } = ask.elements;
  ask.querySelector("[data-shortcut]").hidden = false;
  if (!body.value && outbox.draft) setBody(body, outbox.draft);
  body.addEventListener("input", () => (outbox.draft = body.value));
  body.addEventListener("keydown", (event) => {
    // An input method sends Enter to take a candidate; Safari says so only by the key code.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      ask.requestSubmit();
    }
  });
}

renderOwn(root, words, initial, outbox);
clock.follow(initial.clock);
client.start();
