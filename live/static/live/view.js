/*
 * The participants' page: everybody's questions, one's own with their states, asking and voting without a reload.
 * The list does not move under a finger: while somebody types, votes or reads further down, new questions wait behind a
 * button. What was taken from sight goes at once.
 *
 *   <script type="module" src="…/live/view.js"></script>     on a page with data-room and #room-initial
 */

import { RoomClient } from "./client.js";
import { announcer, blank, connectionTo, countWords, part, phrase, readPage, setValues, showState, write } from "./page.js";
import { ordered } from "./reducer.js";

const { root, state: initial, words, options, outbox } = readPage();
const list = root.querySelector("[data-questions]");
const none = root.querySelector("[data-none]");
const newButton = root.querySelector("[data-new]");
const ask = root.querySelector("[data-ask]");
const announce = announcer(root.querySelector("[data-summary]"));

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
  const fresh = Object.keys(state.questions).filter((id) => !items.has(id));
  if (isHeld()) offer(fresh.length);
  else arrange(state);
  none.hidden = Object.keys(state.questions).length > 0;
  const added = Object.keys(state.questions).filter((id) => !before.questions[id]).length;
  if (added) announce(phrase(words, "new_questions", { n: added }));
  renderOwn(state);
  renderStage(state);
}

function offer(count) {
  newButton.hidden = count === 0;
  newButton.textContent = phrase(words, "new_items", { n: count });
}

function arrange(state) {
  offer(0);
  const items = new Map(Array.from(list.children, (item) => [item.dataset.question, item]));
  ordered(Object.values(state.questions), options.order).forEach((question, place) => {
    const item = items.get(question.id) ?? newQuestion(question, state);
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
  });
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
  write(item, "asked", clock(question.asked_at));
  part(item, "opinion").hidden = question.kind !== "opinion";
  part(item, "answered").hidden = !question.answer;
  part(item, "answer").hidden = !question.answer;
  part(item, "oral").hidden = !question.answer?.oral;
  write(item, "answer-body", question.answer?.body ?? "");
  const button = part(item, "vote");
  if (!button) return;
  part(item, "people").textContent = String(question.counts[0]);
  button.setAttribute("aria-pressed", String(isVoted));
  part(item, "on").value = isVoted ? "0" : "1";
}

/** Hour and minute in Japan, as the server writes them. */
function clock(iso) {
  return new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

function renderStage(state) {
  for (const element of root.querySelectorAll("[data-stage]")) element.hidden = element.dataset.stage !== (state.stage ?? "");
}

// --- One's own questions ------------------------------------------------------------------------------------------

function renderOwn(state) {
  const section = root.querySelector("[data-own-section]");
  const ownList = root.querySelector("[data-own-list]");
  const sending = outbox.commands
    .filter(({ op }) => op === "question.ask")
    .map(({ id, a }) => ({ id, no: "", body: a.body, state: "sending", reason: "" }));
  const wanted = [...sending.reverse(), ...Object.values(state.own).reverse()];
  const items = new Map(Array.from(ownList.children, (item) => [item.dataset.own, item]));
  for (const question of wanted) {
    const item = items.get(question.id) ?? newOwn(question);
    items.delete(question.id);
    fillOwn(item, question);
    ownList.append(item);
  }
  for (const item of items.values()) item.remove();
  section.hidden = wanted.length === 0;
}

function newOwn(question) {
  const item = blank("own-template");
  item.dataset.own = question.id;
  setValues(item, "id", question.id);
  return item;
}

function fillOwn(item, question) {
  write(item, "no", question.no);
  part(item, "receipt").hidden = !question.no;
  write(item, "body", question.body);
  showState(item, question.state);
  part(item, "reason").hidden = !question.reason;
  part(item, "reason-text").textContent = question.reason ?? "";
  item.querySelector("[data-withdraw]").hidden = ["sending", "withdrawn"].includes(question.state);
}

// --- Asking, voting, withdrawing ----------------------------------------------------------------------------------

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-vote]")) {
    client.give("vote.set", { q: form.elements.q.value, on: form.elements.on.value === "1" });
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

function sendQuestion({ body, slot, kind, naming }) {
  if (!body.value.trim()) {
    tell(words.empty);
    body.focus();
    return;
  }
  tell("");
  client.give("question.ask", { body: body.value, slot: slot.value || null, kind: kind.value, naming: naming.value });
  outbox.draft = "";
  setBody(body, "");
  renderOwn(client.state);
}

function acknowledged(ack) {
  renderOwn(client.state);
  if (ack.ok && ack.op === "question.ask") announce(phrase(words, "received", { no: ack.r.no }));
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

renderOwn(initial);
client.start();
