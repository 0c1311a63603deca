/*
 * One's own questions: those on their way, and those that arrived, each with what became of it.
 *
 *   renderOwn(root, { words, state, commands: outbox.commands, describe, waits });
 *
 * describe(a) says of a question being asked {"kind", "vendor", "by"} as far as the page knows; waits holds until when
 * a command is held back, by its id.
 */

import { linked } from "./links.js";
import { blank, inOrder, part, phrase, sceneWords, setValues, showState, write } from "./page.js";

/** The questions still being sent; one that has arrived while its acknowledgement was lost stands there with its number already. */
export function onTheirWay(commands, own, describe = () => ({})) {
  const arrived = new Set(Object.values(own).filter(({ state }) => state === "pending").map(({ body }) => plain(body)));
  return commands
    .filter(({ op, a }) => op === "question.ask" && !arrived.has(plain(a.body)))
    .map(({ id, a }) => ({ id, no: "", body: a.body, state: "sending", reason: "", ...describe(a) }));
}

/** A text as the server keeps it, near enough to recognise it. */
function plain(body) {
  return body.normalize("NFC").replace(/\r\n?/g, "\n").trim();
}

export function renderOwn(root, { words, state, commands, describe, waits }) {
  const section = root.querySelector("[data-own-section]");
  const list = root.querySelector("[data-own-list]");
  const sending = onTheirWay(commands, state.own, describe);
  const wanted = [...sending.reverse(), ...Object.values(state.own).reverse()];
  const items = new Map(Array.from(list.children, (item) => [item.dataset.own, item]));
  inOrder(list, wanted.map((question) => {
    const item = items.get(question.id) ?? newOwn(question);
    items.delete(question.id);
    fill(item, words, question);
    item.querySelector("[data-withdraw]").hidden = !mayWithdraw(question, state.phase);
    const seconds = Math.ceil(((waits.get(question.id) ?? 0) - Date.now()) / 1000);
    write(item, "wait", seconds > 0 ? phrase(words, "sending_in", { n: seconds }) : "");
    return item;
  }));
  for (const item of items.values()) item.remove();
  section.hidden = wanted.length === 0;
}

/** An answer is somebody else's, and what was said in a room that is closed stays said. */
function mayWithdraw({ state, answer, withdrawable = true }, phase) {
  return withdrawable && !answer && !["sending", "withdrawn"].includes(state) && phase !== "closed";
}

function newOwn(question) {
  const item = blank("own-template");
  item.dataset.own = question.id;
  item.id = `own-${question.id}`;
  setValues(item, "id", question.id);
  return item;
}

function fill(item, words, question) {
  const { answer, into, original } = question;
  write(item, "no", question.no);
  part(item, "receipt").hidden = !question.no;
  part(item, "opinion").hidden = question.kind !== "opinion";
  // Of what was acknowledged this moment the server has not yet said more than the number.
  write(item, "to", question.by === undefined ? "" : question.vendor || words.to_all);
  write(item, "by", question.by ? phrase(words, "shown_as", { n: question.by }) : "");
  write(item, "body", question.body);
  write(item, "scene", sceneWords(words, question.scene));
  showState(item, question.state);
  part(item, "reason").hidden = !question.reason;
  part(item, "reason-text").textContent = question.reason ?? "";
  part(item, "into").hidden = !into;
  part(item, "into-link").hidden = !into?.id;
  part(item, "into-link").href = `#q-${into?.id ?? ""}`;
  part(item, "into-no").textContent = into?.no ?? "";
  write(item, "into-only", into && !into.id ? into.no : "");
  part(item, "edited").hidden = !original;
  part(item, "original").textContent = original ?? "";
  for (const name of ["answered", "answer"]) part(item, name).hidden = !answer;
  part(item, "oral").hidden = !answer?.oral;
  part(item, "individual").hidden = !answer?.individual;
  linked(part(item, "answer-body"), answer?.body ?? "");
}
