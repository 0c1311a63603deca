/*
 * One question on the moderators' desk. What somebody is typing in it stays as it was typed, whatever others do to the
 * question meanwhile: everything else is filled anew, and a sentence says that it changed.
 *
 *   const item = newItem(question);
 *   fill(item, question, { words, state, isOurs });     // isOurs: it is what we decided ourselves that changes it
 */

import { alike } from "./likeness.js";
import { blank, countWords, inJapan, part, phrase, sayProblem, sceneWords, setValues, showState, write } from "./page.js";

const INPUTS = ["reason", "into", "edit", "answer", "ban"];

export function newItem(question) {
  const item = blank("question-template");
  item.dataset.question = question.id;
  item.id = `i-${question.id}`;
  for (const name of INPUTS) {
    part(item, `${name}-input`).id = `${name}-${question.id}`;
    part(item, `${name}-label`).htmlFor = `${name}-${question.id}`;
  }
  return item;
}

// What each field held while nobody had typed in it.
const stood = new WeakMap();

const isBox = (field) => field.type === "checkbox";
export const valueOf = (field) => (isBox(field) ? field.checked : field.value);

export function put(field, value) {
  field[isBox(field) ? "checked" : "value"] = value;
}

/** Whether a field holds something of one's own: other than what it was opened with, and not sent. */
export function isOwn(field) {
  return valueOf(field) !== (stood.get(field) ?? (isBox(field) ? false : ""));
}

/** Whether something was written here that has not been sent. */
export function isTyped(item) {
  return [...item.querySelectorAll("[data-typed]")].some(isOwn);
}

/** The fields of a form that was sent are nobody's own any more; what is kept nowhere is taken out of them. */
export function settle(form) {
  for (const field of form.querySelectorAll("[data-typed]")) {
    if (["reason-input", "into-input", "ban-input"].includes(field.dataset.part)) put(field, "");
    stood.set(field, valueOf(field));
  }
}

/** What the fields of a question hold by themselves; what the server wrote into a page beyond that was typed. */
export function begin(item, question) {
  for (const [field, value] of standing(item, question)) stood.set(field, value);
}

function standing(item, { body, answer }) {
  return [
    [part(item, "edit-input"), body],
    [part(item, "answer-input"), answer?.body ?? ""],
    [part(item, "oral-box"), Boolean(answer?.oral)],
  ];
}

export function problem(item, text) {
  sayProblem(part(item, "problem"), text);
}

export function fill(item, question, { words, state, isOurs = false }) {
  const isPublic = question.state === "public";
  const isOpen = isPublic || question.state === "pending";
  const isPinned = state.pinned === question.id;
  const isBanned = state.banned.some(({ of }) => of.includes(question.id));
  for (const name of ["no", "body", "author", "by"]) write(item, name, question[name]);
  write(item, "vendor", question.vendor ?? "");
  write(item, "counts", countWords(words, question.counts));
  write(item, "scene", sceneWords(words, question.scene));
  showState(item, question.state);
  setValues(item, "id", question.id);
  setValues(item, "version", question.version);
  hideUnless(item, {
    to: question.vendor,
    venue: question.source === "venue",
    opinion: question.kind === "opinion",
    pinned: isPinned,
    answered: question.answer,
    "oral-shown": question.answer?.oral,
    reason: question.reason,
    original: question.original,
    into: question.state === "merged",
    publish: ["pending", "withheld", "hidden"].includes(question.state),
    pin: isPublic,
    "pin-on": !isPinned,
    "pin-off": isPinned,
    oral: isPublic && !question.answer,
    separate: question.state === "merged",
    requeue: isPublic || question.state === "withheld",
    refuse: isOpen,
    "withhold-label": !isPublic,
    "hide-label": isPublic,
    "withhold-final": !isPublic,
    "hide-final": isPublic,
    merge: isOpen,
    edit: isOpen || question.state === "withheld",
    answer: isPublic,
    banned: isBanned,
    ban: question.source !== "venue" && !isBanned,
  });
  item.classList.toggle("desk__item--pinned", isPinned);
  write(item, "oral-at", question.answer?.oral ? inJapan(question.answer.at) : "");
  part(item, "reason-text").textContent = question.reason;
  part(item, "original-text").textContent = question.original ?? "";
  part(item, "into-no").textContent = question.into?.no ?? "";
  setValues(item, "refuse-state", isPublic ? "hidden" : "withheld");
  for (const [field, value] of standing(item, question)) {
    if (isOwn(field)) continue;
    put(field, value);
    stood.set(field, value);
  }
  if (isTyped(item) && !isOurs) return;
  problem(item, "");
  // Votes change a question every moment: what a moderator has opened closes only with the state it was opened in.
  if (item.dataset.state !== question.state) for (const details of item.querySelectorAll("details")) details.open = false;
  item.dataset.state = question.state;
}

function hideUnless(item, shown) {
  for (const [name, is] of Object.entries(shown)) part(item, name).hidden = !is;
}

/** Whether a command about the question waits for its answer, and its buttons with it. */
export function isOnItsWay(item) {
  return "sending" in item.dataset;
}

export function showOnItsWay(item, is) {
  if (isOnItsWay(item) === is) return;
  item.toggleAttribute("data-sending", is);
  part(item, "sending").hidden = !is;
  for (const button of item.querySelectorAll("form button")) {
    // Not disabled: a button that has the focus keeps it.
    if (is) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

/** Say who else has this question open. */
export function showLooks(item, names, words) {
  write(item, "looks", names.length ? phrase(words, "looking", { n: names.join("、") }) : "");
}

/** What a question may be merged into: a public one, or one that waits as it does. */
export function targets(question, queue) {
  return Object.values(queue).filter(({ id, state }) => id !== question.id && (state === "public" || state === question.state));
}

/** Offer what asks the same, beside a question that waits. */
export function showAlike(item, question, queue) {
  const found = question.state === "pending" ? alike(question, targets(question, queue), 3) : [];
  part(item, "alike").hidden = found.length === 0;
  offer(part(item, "alike-list"), found);
}

/** Buttons that merge into each of these questions. */
export function offer(list, questions) {
  const ids = questions.map(({ id }) => id).join();
  if (list.dataset.offered === ids) return;
  list.dataset.offered = ids;
  list.replaceChildren(
    ...questions.map((question) => {
      const button = blank("target-template");
      button.value = question.id;
      write(button, "target-no", question.no);
      write(button, "target-body", question.body);
      return button;
    }),
  );
}
