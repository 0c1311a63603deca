/*
 * The moderators' console: the queue grows by itself, decisions go out without a reload, and one key does one thing.
 *
 *   <script type="module" src="…/live/moderate.js"></script>     on a page with data-room data-staff and #room-initial
 */

import { RoomClient } from "./client.js";
import { Clock } from "./clock.js";
import { fill, isTyped, newItem, offer, problem, showAlike, showLooks, targets } from "./desk.js";
import { listed } from "./listing.js";
import { announcer, blank, connectionTo, part, phrase, readPage, setValues, write } from "./page.js";
import { Slip } from "./slip.js";
import { Undo } from "./undo.js";

// People who ask wait about as long as it takes to wonder whether anybody reads it.
const PATIENCE_MS = 15_000;
const LOOK_MS = 10_000;

const { root, state: initial, words, options, outbox } = readPage();
const clock = new Clock(root, words, options.now);
const groups = new Map(Array.from(root.querySelectorAll("[data-group]"), (list) => [list.dataset.group, list]));
const announce = announcer(root.querySelector("[data-summary]"));
const keys = document.querySelector("[data-keys]");
let connection = "connecting";
const sayConnection = connectionTo(words);

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: (now) => sayConnection((connection = now)),
  onAck: acknowledged,
});
const undo = new Undo(root, ({ q }) => client.give("moderation.undo", about(q)));
const slip = new Slip(root, { words, onAsk: (a) => client.give("question.ask", a) });

// --- The queue ----------------------------------------------------------------------------------------------------

const items = () => new Map(Array.from(root.querySelectorAll("[data-question]"), (item) => [item.dataset.question, item]));
const about = (q) => ({ q, expect: client.state.queue[q]?.version ?? 0 });

function render(state, before) {
  clock.follow(state.clock);
  const known = items();
  const oldestFirst = listed(Object.values(state.queue), { order: "old" });
  const pinnedNow = new Set([state.pinned, before.pinned]);
  for (const question of oldestFirst) {
    const item = known.get(question.id) ?? newItem(question);
    const isNew = !known.has(question.id);
    if (!isNew && before.queue[question.id] === question && !(state.pinned !== before.pinned && pinnedNow.has(question.id))) continue;
    fill(item, question, { words, state });
    if (!isNew && isTyped(item) && before.queue[question.id]?.version !== question.version) problem(item, words.changed_elsewhere);
    place(item, question, oldestFirst);
  }
  for (const [id, item] of known) if (!state.queue[id]) item.remove();
  if (state.queue !== before.queue) renderAlike(state);
  if (state.banned !== before.banned) renderBanned(state);
  for (const [id, item] of items()) showLooks(item, othersLooking(state, id), words);
  count(oldestFirst);
  const added = oldestFirst.filter(({ id, state: now }) => now === "pending" && !before.queue[id]).length;
  if (added) announce(phrase(words, "waiting_queue", { n: oldestFirst.filter(({ state: now }) => now === "pending").length }));
  tick();
}

function place(item, question, oldestFirst) {
  const list = groups.get(question.state);
  // Somebody is writing in it: it is moved when they are done.
  if (!list || item.parentElement === list || (isTyped(item) && item.isConnected)) return;
  const later = oldestFirst.slice(oldestFirst.indexOf(question) + 1);
  const next = later.map(({ id }) => list.querySelector(`[data-question="${CSS.escape(id)}"]`)).find(Boolean);
  list.insertBefore(item, next ?? null);
}

function renderAlike(state) {
  for (const item of groups.get("pending").children) showAlike(item, state.queue[item.dataset.question], state.queue);
}

function renderBanned(state) {
  root.querySelector("[data-banned-section]").hidden = state.banned.length === 0;
  root.querySelector("[data-banned-list]").replaceChildren(
    ...state.banned.map((ban) => {
      const item = blank("banned-template");
      item.dataset.banned = ban.q;
      write(item, "author", ban.author);
      write(item, "reason", ban.reason);
      setValues(item, "id", ban.q);
      return item;
    }),
  );
}

function othersLooking(state, id) {
  return (state.looks[id] ?? []).filter((name) => name !== root.dataset.name);
}

function count(queue) {
  for (const [state, list] of groups) {
    const many = queue.filter((question) => question.state === state).length;
    root.querySelector(`[data-count="${state}"]`).textContent = String(many);
    // What somebody is writing in stands where it stood: a list is empty when nothing stands in it.
    list.hidden = list.children.length === 0;
    root.querySelector(`[data-none="${state}"]`).hidden = !list.hidden;
  }
}

/** Show how long each question has waited. */
function tick() {
  for (const [state, list] of groups) {
    for (const item of list.children) {
      const question = client.state.queue[item.dataset.question];
      const waited = question && state === "pending" ? Date.now() - Date.parse(question.asked_at) : 0;
      write(item, "waiting", waited ? duration(waited) : "");
      part(item, "waiting").classList.toggle("desk__waiting--late", waited > PATIENCE_MS);
    }
  }
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
  if (!item || !event.target.matches("[data-typed]")) return;
  item.dataset.typed = "true";
  if (event.target === part(item, "into-input") && !event.isComposing) search(item);
});

function search(item) {
  const words = part(item, "into-input").value;
  const question = client.state.queue[item.dataset.question];
  offer(part(item, "found"), words.trim() ? listed(targets(question, client.state.queue), { order: "votes", words }).slice(0, 5) : []);
}

const FORMS = {
  "[data-decide]": (id, { state, ready, reason }) => moderate(id, state, ready || reason || ""),
  "[data-merge]": (id, { target, into }) => merge(id, target ?? called(into)),
  "[data-separate]": (id) => client.give("question.separate", about(id)),
  "[data-edit]": (id, { body }) => client.give("question.edit", { ...about(id), body }),
  "[data-answer]": (id, { body = "", oral }) => client.give("answer.publish", { ...about(id), body, oral: oral === "1" }),
  "[data-pin]": (id) => pin(id),
  "[data-ban]": (id, { reason }) => client.give("person.ban", { q: id, reason }),
  "[data-unban]": (_id, { q }) => client.give("person.unban", { q }),
};

root.addEventListener("submit", (event) => {
  const form = event.target;
  const found = Object.entries(FORMS).find(([selector]) => form.matches(selector));
  if (!found) return;
  event.preventDefault();
  const item = form.closest("[data-question]");
  const values = Object.fromEntries(new FormData(form, event.submitter));
  if (item) settled(item);
  found[1](item?.dataset.question, values);
});

/** What was typed is on its way: the item may be filled anew and moved; a refusal brings the words back. */
function settled(item) {
  item.dataset.typed = "false";
  const oldestFirst = listed(Object.values(client.state.queue), { order: "old" });
  place(item, client.state.queue[item.dataset.question], oldestFirst);
  count(oldestFirst);
}

function moderate(id, state, reason) {
  const takesReason = state === "withheld" || state === "hidden";
  client.give("question.moderate", { ...about(id), state, reason: takesReason ? reason : "" });
}

function merge(from, into) {
  const [one, other] = [client.state.queue[from], client.state.queue[into]];
  if (other) client.give("question.merge", { from, into, expect: [one.version, other.version] });
  else problem(items().get(from), words.no_such_target);
}

/** The id of the question with this receipt number. */
function called(number) {
  const wanted = number.normalize("NFKC").trim().toUpperCase();
  return Object.values(client.state.queue).find(({ no }) => no === wanted)?.id;
}

function pin(id) {
  client.give("stage.pin", { q: client.state.pinned === id ? null : id });
}

const UNDOABLE = new Set(["question.moderate", "question.edit", "question.merge", "question.separate", "answer.publish", "stage.pin"]);
const BACK = { "question.moderate": "reason", "question.edit": "edit", "answer.publish": "answer", "person.ban": "ban" };

function acknowledged(ack) {
  if (ack.op === "question.ask") {
    slip.answered(ack);
    return;
  }
  const id = ack.a.q ?? ack.a.from;
  const item = items().get(id);
  if (ack.ok && UNDOABLE.has(ack.op) && id) offerUndo(ack, id);
  if (!item || ack.op === "queue.look") return;
  if (ack.ok) {
    problem(item, "");
    return;
  }
  bringBack(item, ack);
  problem(item, ack.m);
}

function offerUndo(ack, id) {
  const name = ack.op === "question.moderate" ? `did_${ack.a.state}` : `did_${ack.op.split(".")[1]}`;
  undo.offer(phrase(words, name, { no: client.state.queue[id]?.no ?? "" }), { q: id });
}

/** Words that were refused stand again where they were typed. */
function bringBack(item, ack) {
  const name = BACK[ack.op];
  const text = ack.a.reason ?? ack.a.body;
  if (!name || !text) return;
  const input = part(item, `${name}-input`);
  input.value = text;
  input.closest("details").open = true;
  item.dataset.typed = "true";
}

// --- Which question is open ---------------------------------------------------------------------------------------

let chosen = null;

function choose(item) {
  chosen?.classList.remove("desk__item--chosen");
  chosen = item ?? null;
  chosen?.classList.add("desk__item--chosen");
  if (chosen && !chosen.contains(document.activeElement)) chosen.focus({ preventScroll: true });
  chosen?.scrollIntoView({ block: "nearest" });
  look();
}

function step(by) {
  const all = [...root.querySelectorAll("[data-question]")].filter((item) => item.offsetParent);
  const here = all.indexOf(chosen);
  choose(all[Math.min(all.length - 1, Math.max(0, here + by))]);
}

/** Tell the other moderators; a hint is not worth keeping for later when nobody can be told. */
function look() {
  if (connection === "live" && !document.hidden && chosen) client.give("queue.look", { q: chosen.dataset.question });
}

root.addEventListener("focusin", (event) => {
  const item = event.target.closest("[data-question]");
  if (item && item !== chosen) choose(item);
});
setInterval(look, LOOK_MS);

// --- Keys ---------------------------------------------------------------------------------------------------------

/** Do something to the chosen question and go on to the next. */
function andOn(act) {
  if (!chosen) return;
  const next = chosen.nextElementSibling ?? chosen.previousElementSibling;
  if (act(chosen.dataset.question) !== false) choose(next);
}

function publishChosen(id) {
  if (!["pending", "withheld", "hidden"].includes(client.state.queue[id]?.state)) return false;
  return moderate(id, "public", "");
}

function openPart(name) {
  const details = chosen && part(chosen, name);
  if (!details || details.hidden) return;
  details.open = true;
  details.querySelector("button.desk__target, input.input, textarea").focus();
}

/** The n-th ready reason of a question whose reasons stand open. */
function readyReason(number) {
  const details = chosen && part(chosen, "refuse");
  if (details?.open) details.querySelectorAll(".desk__ready button")[number - 1]?.click();
}

function pressIn(name) {
  const form = chosen && part(chosen, name);
  if (form && !form.hidden) form.querySelector("button").click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => andOn(publishChosen),
  w: () => openPart("refuse"),
  m: () => openPart("merge"),
  p: () => pressIn("pin"),
  o: () => pressIn("oral"),
  r: () => openPart("answer"),
  e: () => openPart("edit"),
  z: () => undo.undo(),
  n: () => slip.focus(),
  "?": () => (keys.open ? keys.close() : keys.showModal()),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]") !== null;
  if (isTyping || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = /^[1-9]$/.test(event.key) ? () => readyReason(Number(event.key)) : KEYS[event.key.toLowerCase()];
  if (!act || (keys.open && event.key !== "?")) return;
  event.preventDefault();
  act();
});

const help = document.querySelector("[data-shortcut]");
help.hidden = false;
help.addEventListener("click", KEYS["?"]);
setInterval(tick, 1_000);
renderAlike(initial);
tick();
clock.follow(initial.clock);
client.start();
