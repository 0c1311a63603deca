/*
 * What the pages of a room share: the initial state, words, parts of cloned markup, keys that send, and the state of the
 * connection.
 * Text enters the page as textContent alone.
 *
 *   const page = readPage();               // { root, snapshot, state, words, options, outbox }
 *   part(item, "body").textContent = question.body;
 *   sayProblem(part(item, "problem"), ack.m);
 */

import { forget, memory, Outbox } from "./outbox.js";
import { fromSnapshot } from "./reducer.js";

/** A line that works answers sooner: what waits so long is said to wait. */
export const SAID_AFTER_MS = 700;

/** Read what the server rendered into the page. */
export function readPage() {
  const root = document.querySelector("[data-room]");
  const { snapshot, mine, words, ...options } = JSON.parse(document.getElementById("room-initial").textContent);
  return { root, snapshot, state: fromSnapshot(snapshot, mine), words, options, outbox: outboxOf(root) };
}

function outboxOf(root) {
  const storage = storageOrMemory();
  const { participant, base } = root.dataset;
  forget(storage, participant);
  return new Outbox(storage, "staff" in root.dataset ? `${base}staff` : base, participant);
}

function storageOrMemory() {
  try {
    localStorage.setItem("live", "");
    localStorage.removeItem("live");
    return localStorage;
  } catch {
    return memory();
  }
}

/** The words called name with {n}, {m} … filled in. */
export function phrase(words, name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, String(value)), words[name]);
}

/** The first element of an item that holds the part called name. */
export function part(item, name) {
  return item.querySelector(`[data-part="${name}"]`);
}

/** Write text into a part and hide the part when there is none. */
export function write(item, name, text) {
  const element = part(item, name);
  if (!element) return;
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

/** Say what is wrong; without a text nothing is. */
export function sayProblem(element, text) {
  element.textContent = text ? `＊${text}` : "";
  element.hidden = !text;
}

/** What was refused stands again where it was typed, above what is being written there now. */
export function withRefused(refused, written) {
  return written ? `${refused}\n\n${written}` : refused;
}

/**
 * Let a list begin with these items, in this order. Moved only where it has to: what is moved loses the focus and the
 * open details in it.
 */
export function inOrder(list, items) {
  items.forEach((item, place) => {
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
  });
}

/** An input method takes Enter and Escape for itself; Safari says so only by the key code. */
export function isOfInputMethod(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether a key sends what is being written: Ctrl or ⌘ and Enter. */
export function sends(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isOfInputMethod(event);
}

/** Give every part called name the same value: hidden fields of several forms. */
export function setValues(item, name, value) {
  for (const element of item.querySelectorAll(`[data-part="${name}"]`)) element.value = value;
}

/** An empty copy of the item the server put into a template. */
export function blank(templateId) {
  return document.getElementById(templateId).content.firstElementChild.cloneNode(true);
}

/** Show a question's state as the same chip that the server draws. */
export function showState(item, state) {
  const holder = part(item, "state");
  if (holder.dataset.shown === state) return;
  holder.dataset.shown = state;
  const template = document.querySelector(`template[data-state-chip="${state}"]`);
  holder.replaceChildren(template ? template.content.cloneNode(true) : "");
}

/** Where in the recording something is asked about; nothing when no scene was named. */
export function sceneWords(words, scene) {
  return scene ? phrase(words, "scene", { n: scene }) : "";
}

const JAPAN = { timeZone: "Asia/Tokyo" };
const minute = new Intl.DateTimeFormat("ja-JP", { ...JAPAN, hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("ja-JP", { ...JAPAN, month: "numeric", day: "numeric" });

/** Hour and minute in Japan, with the day where that is not today's, as the server writes them. */
export function inJapan(iso, now = new Date()) {
  const at = new Date(iso);
  const isToday = Math.abs(now - at) < 86_400_000 && day.format(at) === day.format(now);
  return isToday ? minute.format(at) : `${day.format(at)} ${minute.format(at)}`;
}

/** How many people and bodies ask the same; nothing when nobody else does. */
export function countWords(words, [people, bodies]) {
  return people ? phrase(words, "counts", { n: people, m: bodies }) : "";
}

/** Say the state of the connection in words, and mark it for the eye. */
export function connectionTo(words) {
  const holder = document.querySelector("[data-connection]");
  const text = document.querySelector("[data-connection-text]");
  return (connection) => {
    holder.dataset.connection = connection;
    // Nothing can be given any more: what looks as if it could would take words and lose them.
    if (connection === "logged_out") document.querySelector("[data-room]").inert = true;
    text.textContent = words[connection];
  };
}

/**
 * Say something to screen readers, at most every ten seconds; in between the newest sentence wins. A sentence may be a
 * function: it is asked when it is spoken, so that it can count what has gathered.
 */
export function announcer(element, { every = 10_000 } = {}) {
  let last = -Infinity;
  let timer = null;
  let next = "";
  const speak = () => {
    timer = null;
    last = Date.now();
    element.textContent = typeof next === "function" ? next() : next;
  };
  return (sentence) => {
    next = sentence;
    timer ??= setTimeout(speak, Math.max(0, last + every - Date.now()));
  };
}
