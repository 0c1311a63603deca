/*
 * One's own questions: those on their way, and those that arrived, each with what became of it.
 *
 *   renderOwn(root, words, state, outbox);
 */

import { blank, part, sceneWords, setValues, showState, write } from "./page.js";

/** The questions still being sent; one that has arrived while its acknowledgement was lost stands there with its number already. */
export function onTheirWay(commands, own) {
  const arrived = new Set(Object.values(own).filter(({ state }) => state === "pending").map(({ body }) => plain(body)));
  return commands
    .filter(({ op, a }) => op === "question.ask" && !arrived.has(plain(a.body)))
    .map(({ id, a }) => ({ id, no: "", body: a.body, state: "sending", reason: "" }));
}

/** A text as the server keeps it, near enough to recognise it. */
function plain(body) {
  return body.normalize("NFC").replace(/\r\n?/g, "\n").trim();
}

export function renderOwn(root, words, state, outbox) {
  const section = root.querySelector("[data-own-section]");
  const list = root.querySelector("[data-own-list]");
  const sending = onTheirWay(outbox.commands, state.own);
  const wanted = [...sending.reverse(), ...Object.values(state.own).reverse()];
  const items = new Map(Array.from(list.children, (item) => [item.dataset.own, item]));
  wanted.forEach((question, place) => {
    const item = items.get(question.id) ?? newOwn(question);
    items.delete(question.id);
    fill(item, words, question);
    // Moved only where it has to: what is moved loses the focus and the open details in it.
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
  });
  for (const item of items.values()) item.remove();
  section.hidden = wanted.length === 0;
}

function newOwn(question) {
  const item = blank("own-template");
  item.dataset.own = question.id;
  setValues(item, "id", question.id);
  return item;
}

function fill(item, words, question) {
  const { answer, into, original } = question;
  write(item, "no", question.no);
  part(item, "receipt").hidden = !question.no;
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
  write(item, "answer-body", answer?.body ?? "");
  item.querySelector("[data-withdraw]").hidden = ["sending", "withdrawn"].includes(question.state);
}
