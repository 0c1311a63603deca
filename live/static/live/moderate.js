/*
 * The moderators' console: the queue grows by itself, decisions go out without a reload, and one key publishes.
 * An item somebody is typing in is not touched; it only learns that somebody else changed the question.
 *
 *   <script type="module" src="…/live/moderate.js"></script>     on a page with data-room data-staff and #room-initial
 */

import { RoomClient } from "./client.js";
import { announcer, blank, connectionTo, countWords, part, phrase, readPage, setValues, showState, write } from "./page.js";

// People who ask wait about as long as it takes to wonder whether anybody reads it.
const PATIENCE_MS = 15_000;

const { root, state: initial, words, outbox } = readPage();
const groups = new Map(Array.from(root.querySelectorAll("[data-group]"), (list) => [list.dataset.group, list]));
const announce = announcer(root.querySelector("[data-summary]"));

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: connectionTo(words),
  onAck: acknowledged,
});

// --- The queue ----------------------------------------------------------------------------------------------------

const items = () => new Map(Array.from(root.querySelectorAll("[data-question]"), (item) => [item.dataset.question, item]));

function render(state, before) {
  const known = items();
  const oldestFirst = Object.values(state.queue).sort((a, b) => (a.asked_at < b.asked_at ? -1 : 1));
  for (const question of oldestFirst) {
    if (before.queue[question.id] === question && known.has(question.id)) continue;
    place(known.get(question.id) ?? newItem(question), question, oldestFirst);
  }
  for (const [id, item] of known) if (!state.queue[id]) item.remove();
  count(oldestFirst);
  const added = oldestFirst.filter(({ id, state: now }) => now === "pending" && !before.queue[id]).length;
  if (added) announce(phrase(words, "waiting_queue", { n: oldestFirst.filter(({ state: now }) => now === "pending").length }));
  tick();
}

function newItem(question) {
  const item = blank("question-template");
  item.dataset.question = question.id;
  setValues(item, "id", question.id);
  for (const name of ["reason", "answer"]) {
    part(item, `${name}-input`).id = `${name}-${question.id}`;
    part(item, `${name}-label`).htmlFor = `${name}-${question.id}`;
  }
  return item;
}

/** Whether somebody is writing a reason or an answer here. */
function isBeingTyped(item) {
  return item.dataset.typed === "true" && item.contains(document.activeElement);
}

function place(item, question, oldestFirst) {
  const list = groups.get(question.state);
  if (isBeingTyped(item)) {
    problem(item, words.changed_elsewhere);
    return;
  }
  fill(item, question);
  if (item.parentElement === list) return;
  const later = oldestFirst.slice(oldestFirst.indexOf(question) + 1);
  const next = later.map(({ id }) => list.querySelector(`[data-question="${CSS.escape(id)}"]`)).find(Boolean);
  list.insertBefore(item, next ?? null);
}

function fill(item, question) {
  const isPublic = question.state === "public";
  for (const name of ["no", "body", "author", "by"]) write(item, name, question[name]);
  write(item, "vendor", question.vendor ?? "");
  part(item, "to").hidden = !question.vendor;
  write(item, "counts", countWords(words, question.counts));
  showState(item, question.state);
  setValues(item, "version", question.version);
  part(item, "reason").hidden = !question.reason;
  part(item, "reason-text").textContent = question.reason;
  part(item, "publish").hidden = isPublic;
  part(item, "refuse").hidden = ["withheld", "hidden"].includes(question.state);
  part(item, "refuse").open = false;
  part(item, "withhold-label").hidden = isPublic;
  part(item, "hide-label").hidden = !isPublic;
  part(item, "refuse-button").value = isPublic ? "hidden" : "withheld";
  part(item, "answer").hidden = !isPublic;
  part(item, "answered").hidden = !question.answer;
  part(item, "answer-input").value = question.answer?.body ?? "";
  part(item, "oral").checked = Boolean(question.answer?.oral);
  problem(item, "");
  item.dataset.typed = "false";
}

function count(queue) {
  for (const [state, list] of groups) {
    const many = queue.filter((question) => question.state === state).length;
    root.querySelector(`[data-count="${state}"]`).textContent = String(many);
    root.querySelector(`[data-none="${state}"]`).hidden = many > 0;
    list.hidden = many === 0;
  }
}

function problem(item, text) {
  write(item, "problem", text ? `＊${text}` : "");
}

/** Show how long each question has waited. */
function tick() {
  for (const item of groups.get("pending").children) {
    const question = client.state.queue[item.dataset.question];
    if (!question) continue;
    const waited = Date.now() - Date.parse(question.asked_at);
    write(item, "waiting", duration(waited));
    part(item, "waiting").classList.toggle("desk__waiting--late", waited > PATIENCE_MS);
  }
  for (const [state, list] of groups) if (state !== "pending") for (const item of list.children) write(item, "waiting", "");
}

function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return phrase(words, "seconds", { n: seconds });
  if (seconds < 3600) return phrase(words, "minutes", { n: Math.floor(seconds / 60) });
  return phrase(words, "hours", { n: Math.floor(seconds / 3600) });
}

// --- Decisions ----------------------------------------------------------------------------------------------------

root.addEventListener("input", (event) => {
  const item = event.target.closest("[data-question]");
  if (item) item.dataset.typed = "true";
});

root.addEventListener("submit", (event) => {
  const form = event.target;
  const { q, expect } = form.elements;
  if (form.matches("[data-decide]")) {
    const wanted = event.submitter?.value ?? "public";
    decide(q.value, Number(expect.value), wanted, form.elements.reason.value);
  } else if (form.matches("[data-answer]")) {
    const { body, oral } = form.elements;
    form.closest("[data-question]").dataset.typed = "false";
    client.give("answer.publish", { q: q.value, expect: Number(expect.value), body: body.value, oral: oral.checked });
  } else {
    return;
  }
  event.preventDefault();
});

function decide(id, expect, state, reason) {
  const item = items().get(id);
  item.dataset.typed = "false";
  client.give("question.moderate", { q: id, expect, state, reason: state === "public" ? "" : reason });
}

function acknowledged(ack) {
  const item = items().get(ack.a.q);
  if (!item) return;
  problem(item, ack.ok ? "" : ack.m);
  if (ack.ok) part(item, "answer").open = false;
}

// --- Keys ---------------------------------------------------------------------------------------------------------

let chosen = null;

function choose(item) {
  chosen?.classList.remove("desk__item--chosen");
  chosen = item ?? null;
  chosen?.classList.add("desk__item--chosen");
  chosen?.focus({ preventScroll: true });
  chosen?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = [...root.querySelectorAll("[data-question]")];
  const here = all.indexOf(chosen);
  choose(all[Math.min(all.length - 1, Math.max(0, here + by))]);
}

function publishChosen() {
  const question = chosen && client.state.queue[chosen.dataset.question];
  if (!question || question.state === "public") return;
  const next = chosen.nextElementSibling ?? chosen.previousElementSibling;
  decide(question.id, question.version, "public", "");
  choose(next);
}

function openPart(name) {
  const details = chosen && part(chosen, name);
  if (!details || details.hidden) return;
  details.open = true;
  details.querySelector("input.input, textarea").focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  p: publishChosen,
  h: () => openPart("refuse"),
  a: () => openPart("answer"),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]") !== null;
  if (isTyping || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-shortcut]").hidden = false;
setInterval(tick, 1_000);
tick();
client.start();
