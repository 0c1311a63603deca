/*
 * The moderators' console: the queue grows by itself, and decisions go out without a reload.
 *
 *   <script type="module" src="…/live/moderate.js"></script>     on a page with data-room data-staff and #room-initial
 */

import { RoomClient } from "./client.js";
import { Clock } from "./clock.js";
import { fill, isOnItsWay, isTyped, newItem, offer, problem, showAlike, showLooks, showOnItsWay, targets } from "./desk.js";
import { Chosen, isInSight } from "./desk_chosen.js";
import { listenToKeys } from "./desk_keys.js";
import { DeskOrder } from "./desk_order.js";
import { Typed } from "./desk_typed.js";
import { listed, receiptNumber } from "./listing.js";
import { announcer, blank, connectionTo, part, phrase, readPage, setValues, write } from "./page.js";
import { onStage } from "./reducer.js";
import { Slip } from "./slip.js";
import { Undo } from "./undo.js";

// People who ask wait about as long as it takes to wonder whether anybody reads it.
const LATE_MS = 15_000;
// A line that works answers sooner.
const SLOW_MS = 300;
// Commands that leave their question as it is.
const BY_THE_WAY = new Set(["queue.look", "question.ask", "person.unban"]);

const { root, state: initial, words, options, outbox } = readPage();
const clock = new Clock(root, words, options.now);
const groups = new Map(Array.from(root.querySelectorAll("[data-group]"), (list) => [list.dataset.group, list]));
const announce = announcer(root.querySelector("[data-summary]"));
// Questions that a decision of ours takes out of their lists as soon as the server agrees.
const leaving = new Set();
let connection = "connecting";
const sayConnection = connectionTo(words);

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: (now) => sayConnection((connection = now)),
  onAck: acknowledged,
  onElsewhere: (command) => {
    leaving.delete(concerned(command));
    showSending();
  },
});
const chosen = new Chosen(root, { client, leaving, isLive: () => connection === "live" });
const typed = new Typed(root, { client, words });
const undo = new Undo(root);
const order = new DeskOrder(root, arrangePublic);
// Whom the form names: whoever comes on stage while it is on its way is asked nothing.
const slip = new Slip(root, { words, outbox, onAsk: (a) => client.give("question.ask", { ...a, slot: a.slot ?? onStage(client.state) }) });

// --- The queue ----------------------------------------------------------------------------------------------------

const items = () => new Map(Array.from(root.querySelectorAll("[data-question]"), (item) => [item.dataset.question, item]));
const about = (q) => ({ q, expect: client.state.queue[q]?.version ?? 0 });

function render(state, before) {
  clock.follow(state.clock);
  const known = items();
  const oldestFirst = listed(Object.values(state.queue), { order: "old" });
  // What the room says of a question beside the question itself: whether it is pinned, whether its asker is shut out.
  const touched = new Set();
  if (state.pinned !== before.pinned) for (const id of [state.pinned, before.pinned]) touched.add(id);
  if (state.banned !== before.banned) for (const { of } of [...state.banned, ...before.banned]) for (const id of of) touched.add(id);
  for (const question of oldestFirst) {
    const item = known.get(question.id) ?? newItem(question);
    const isNew = !known.has(question.id);
    if (!isNew && before.queue[question.id] === question && !touched.has(question.id)) continue;
    const isOurs = leaving.has(question.id);
    fill(item, question, { words, state, isOurs });
    if (before.queue[question.id]?.version !== question.version) leaving.delete(question.id);
    if (!isNew && !isOurs && isTyped(item) && before.queue[question.id]?.version !== question.version) problem(item, words.changed_elsewhere);
    place(item, question, oldestFirst, isOurs);
  }
  for (const [id, item] of known) {
    if (state.queue[id]) continue;
    if (item === chosen.item) chosen.letGo();
    item.remove();
  }
  if (state.queue !== before.queue) renderAlike(state);
  if (state.banned !== before.banned) renderBanned(state);
  for (const [id, item] of items()) showLooks(item, othersLooking(state, id), words);
  count(oldestFirst);
  const added = oldestFirst.filter(({ id, state: now }) => now === "pending" && !before.queue[id]).length;
  if (added) announce(phrase(words, "waiting_queue", { n: oldestFirst.filter(({ state: now }) => now === "pending").length }));
  tick();
  chosen.bringForth();
}

function place(item, question, oldestFirst, isOurs = false) {
  const list = groups.get(question.state);
  // Somebody is writing in it: it is moved when they are done, or by what they decide themselves.
  if (!list || item.parentElement === list || (isTyped(item) && item.isConnected && !isOurs)) return;
  const isPublic = question.state === "public";
  const inOrder = isPublic ? order.sorted(oldestFirst.filter(({ state }) => state === "public")) : oldestFirst;
  const later = inOrder.slice(inOrder.indexOf(question) + 1);
  const next = later.map(({ id }) => list.querySelector(`[data-question="${CSS.escape(id)}"]`)).find(Boolean);
  // Nobody's keys follow a question that somebody else took out of its list, nor fall upon the next one unseen.
  if (item === chosen.item && item.isConnected) chosen.letGo();
  list.insertBefore(item, next ?? null);
  item.hidden = isPublic && !order.shows(question, client.state);
}

/** The public list as it was asked for; what somebody is writing in, and belongs elsewhere, stays where it is. */
function arrangePublic() {
  const { state } = client;
  const [list, known] = [groups.get("public"), items()];
  for (const question of order.sorted(Object.values(state.queue).filter((each) => each.state === "public"))) {
    const item = known.get(question.id);
    if (item?.parentElement !== list) continue;
    list.append(item);
    item.hidden = !order.shows(question, state);
  }
  if (chosen.item && !isInSight(chosen.item)) chosen.choose(null);
  count(Object.values(state.queue));
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
    for (const place of root.querySelectorAll(`[data-count="${state}"]`)) place.textContent = String(many);
    // What somebody is writing in stands where it stood: a list is empty when nothing stands in it.
    list.hidden = list.children.length === 0;
    root.querySelector(`[data-none="${state}"]`).hidden = !list.hidden;
  }
  const publicly = [...groups.get("public").children];
  root.querySelector("[data-all-aside]").hidden = publicly.length === 0 || publicly.some((item) => !item.hidden);
}

/** Show how long each question has waited. */
function tick() {
  for (const [state, list] of groups) {
    for (const item of list.children) {
      const question = client.state.queue[item.dataset.question];
      const waited = question && state === "pending" ? Date.now() - Date.parse(question.asked_at) : 0;
      write(item, "waiting", waited ? duration(waited) : "");
      part(item, "waiting").classList.toggle("desk__waiting--late", waited > LATE_MS);
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
  if (item && event.target === part(item, "into-input") && !event.isComposing) search(item);
});

function search(item) {
  const wanted = part(item, "into-input").value;
  const question = client.state.queue[item.dataset.question];
  offer(part(item, "found"), wanted.trim() ? listed(targets(question, client.state.queue), { order: "votes", words: wanted }).slice(0, 5) : []);
}

const FORMS = {
  "[data-decide]": (id, { state, ready, reason }) => moderate(id, state, ready || reason || ""),
  "[data-merge]": (id, { target, into }) => merge(id, target ? [target] : called(id, into)),
  "[data-separate]": (id) => give("question.separate", about(id)),
  "[data-edit]": (id, { body }) => give("question.edit", { ...about(id), body }),
  "[data-answer]": (id, { body = "", oral }) => give("answer.publish", { ...about(id), body, oral: oral === "1" }),
  "[data-pin]": (id) => pin(id),
  "[data-ban]": (id, { reason }) => give("person.ban", { q: id, reason }),
  "[data-unban]": (_id, { q }) => give("person.unban", { q }),
};

root.addEventListener("submit", (event) => {
  const form = event.target;
  const found = Object.entries(FORMS).find(([selector]) => form.matches(selector));
  if (!found) return;
  event.preventDefault();
  const item = form.closest("[data-question]");
  // What is on its way already is not given twice.
  if (item && (isOnItsWay(item) || leaving.has(item.dataset.question))) return;
  const values = Object.fromEntries(new FormData(form, event.submitter));
  // What to go on with is where the item stands now: it may be moved as soon as nothing is being typed in it.
  const next = item && chosen.successor(item);
  const gave = found[1](item?.dataset.question, values);
  if (!item || !gave) return;
  goOn(item, form, gave, next);
  settled(item, form);
});

/** After a decision the next question is at hand; where the question stays, what was opened for it closes. */
function goOn(item, form, gave, next) {
  if (takesOut(gave)) {
    leaving.add(item.dataset.question);
    chosen.choose(next);
  } else if (gave.op !== "stage.pin") {
    close(item, form.closest("details"));
  }
}

/** Close a part of a question; the keys are the question's again, and nothing typed any more keeps it from its list. */
function close(item, details) {
  if (details) details.open = false;
  chosen.choose(item);
  item.focus({ preventScroll: true });
  const question = client.state.queue[item.dataset.question];
  if (question) place(item, question, listed(Object.values(client.state.queue), { order: "old" }));
}

/** Whether a command takes its question out of the list it stands in. */
function takesOut({ op, a }) {
  return ["question.merge", "question.separate"].includes(op) || (op === "question.moderate" && a.state !== client.state.queue[a.q]?.state);
}

/** What was typed is on its way: the item may be filled anew and moved; a refusal brings the words back. */
function settled(item, form) {
  typed.settle(item, form);
  const oldestFirst = listed(Object.values(client.state.queue), { order: "old" });
  place(item, client.state.queue[item.dataset.question], oldestFirst, true);
  count(oldestFirst);
}

/** Give a command about a question; what the server has not answered after a moment is marked as on its way. */
function give(op, a) {
  const command = client.give(op, a);
  setTimeout(showSending, SLOW_MS);
  return command;
}

function showSending() {
  const late = outbox.commands.filter(({ op, at }) => !BY_THE_WAY.has(op) && Date.now() - at >= SLOW_MS);
  const sending = new Set(late.map(concerned));
  for (const [id, item] of items()) showOnItsWay(item, sending.has(id));
}

/** The question a command is about. */
const concerned = ({ id, a }) => a.q ?? a.from ?? takenDown.get(id);

function moderate(id, state, reason) {
  const takesReason = state === "withheld" || state === "hidden";
  return give("question.moderate", { ...about(id), state, reason: takesReason ? reason : "" });
}

/** Merge, or say that this cannot be; returns the command that was given. */
function merge(from, found) {
  const [one, other] = [client.state.queue[from], found.length === 1 ? client.state.queue[found[0]] : null];
  if (other) return give("question.merge", { from, into: other.id, expect: [one.version, other.version] });
  problem(items().get(from), found.length ? words.several_targets : words.no_such_target);
  return null;
}

/** The ids of the questions that a receipt number means, or else of those with these words that may be merged into. */
function called(id, text) {
  const { queue } = client.state;
  const number = receiptNumber(text);
  const found = Object.values(queue).filter(({ no }) => no === number);
  if (found.length || !text.trim()) return found.map((question) => question.id);
  return listed(targets(queue[id], queue), { order: "votes", words: text }).map((question) => question.id);
}

function pin(id) {
  const isPinned = client.state.pinned === id;
  const command = give("stage.pin", { q: isPinned ? null : id });
  if (isPinned) takenDown.set(command.id, id);
  return command;
}

// Commands that take a question down from before the presenter: they do not say which.
const takenDown = new Map();
const UNDOABLE = new Set(["question.moderate", "question.edit", "question.merge", "question.separate", "answer.publish", "stage.pin"]);

function acknowledged(ack) {
  if (ack.op === "question.ask") {
    slip.answered(ack);
    return;
  }
  const id = concerned(ack);
  const item = items().get(id);
  if (!BY_THE_WAY.has(ack.op)) showSending();
  if (!ack.ok) leaving.delete(id);
  if (ack.ok && ack.op === "moderation.undo") chosen.bringForth(ack.r);
  if (ack.ok && id) offerUndo(ack, id);
  // Where its question stands may be far from where one is looking by now.
  if (!ack.ok && ack.op !== "queue.look" && (item !== chosen.item || ack.op === "moderation.undo")) undo.say(refusal(ack, id));
  if (!item || ["queue.look", "moderation.undo"].includes(ack.op)) return;
  if (ack.ok) {
    problem(item, "");
    return;
  }
  // Words that were refused stand again where they were typed.
  typed.bringBack(item, ack);
  problem(item, ack.m);
}

/** Say what was done, and offer to take it back. */
function offerUndo(ack, id) {
  const { no = "", author = "" } = client.state.queue[id] ?? {};
  if (ack.op === "person.ban") {
    undo.offer(phrase(words, "did_ban", { n: author }), () => give("person.unban", { q: id }), "unban");
  } else if (UNDOABLE.has(ack.op)) {
    const did = ack.op === "question.moderate" ? ack.a.state : takenDown.delete(ack.id) ? "unpin" : ack.op.split(".")[1];
    undo.offer(phrase(words, `did_${did}`, { no }), () => give("moderation.undo", about(id)));
  }
}

function refusal(ack, id) {
  const no = client.state.queue[id]?.no;
  return no ? `${no}: ${ack.m}` : ack.m;
}

// --- The page -----------------------------------------------------------------------------------------------------

setInterval(tick, 1_000);
listenToKeys(root, { chosen, close, undo, slip });
typed.begin(items());
showSending();
renderAlike(initial);
tick();
clock.follow(initial.clock);
client.start();
