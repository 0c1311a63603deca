/*
 * Everybody's questions on the participants' page, filled and in order. The list does not move under a finger: while
 * somebody types, votes or reads further down, new questions wait behind a button. What was taken from sight goes at once.
 *
 *   const questions = new Questions(root, { words, client, ask });      // ask is the form of questions, or null
 *   questions.show();  questions.refill();  questions.item(id);         // as client.state says
 */

import { linked } from "./links.js";
import { listed, matches } from "./listing.js";
import { Narrow } from "./narrow.js";
import { waitingFor } from "./outbox.js";
import { blank, countWords, inJapan, inOrder, part, phrase, SAID_AFTER_MS, sceneWords, setValues, write } from "./page.js";
import { isAsking } from "./reducer.js";

export class Questions {
  #isComposing = false;
  #commands = [];

  constructor(root, { words, client, ask }) {
    Object.assign(this, { words, client, ask });
    this.list = root.querySelector("[data-questions]");
    this.none = root.querySelector("[data-none]");
    this.nothingFound = root.querySelector("[data-nothing-found]");
    this.newButton = root.querySelector("[data-new]");
    this.narrow = new Narrow(root, () => this.#arrange());
    document.addEventListener("compositionstart", () => (this.#isComposing = true));
    document.addEventListener("compositionend", () => (this.#isComposing = false));
    this.newButton.addEventListener("click", () => this.#showNew());
  }

  item(id) {
    return this.list.querySelector(`[data-question="${CSS.escape(id)}"]`);
  }

  /** Fill what stands there, take away what has gone, and put in what is new as soon as that disturbs nobody. */
  show() {
    const { questions } = this.client.state;
    const items = this.#items();
    this.refill();
    for (const [id, item] of items) if (!questions[id]) item.remove();
    const fresh = Object.values(questions).filter((question) => !items.has(question.id) && matches(question, this.narrow.choice));
    if (this.#isHeld()) this.#offer(fresh.length);
    else this.#arrange();
  }

  /** Fill what stands there. */
  refill() {
    const { state, outbox } = this.client;
    this.#commands = outbox.commands;
    for (const [id, item] of this.#items()) if (state.questions[id]) this.#fill(item, state.questions[id], state);
  }

  #items() {
    return new Map(Array.from(this.list.children, (item) => [item.dataset.question, item]));
  }

  /** Whether a change of order would pull the list away from somebody, or pull somebody's eye from a sentence begun. */
  #isHeld() {
    const isScrolled = this.list.getBoundingClientRect().top < -80;
    const isWriting = this.ask?.contains(document.activeElement) && this.ask.elements.body.value !== "";
    return this.#isComposing || isScrolled || isWriting || this.list.contains(document.activeElement);
  }

  #offer(count) {
    this.newButton.hidden = count === 0;
    this.newButton.textContent = phrase(this.words, "new_items", { n: count });
  }

  #showNew() {
    this.#arrange();
    this.list.querySelector("button")?.focus({ preventScroll: true });
    this.list.scrollIntoView({ block: "start" });
  }

  #arrange() {
    this.#offer(0);
    const { narrow, none, nothingFound } = this;
    const items = this.#items();
    const wanted = listed(Object.values(this.client.state.questions), narrow.choice);
    inOrder(this.list, wanted.map((question) => items.get(question.id) ?? this.#made(question)));
    for (const { id } of wanted) items.delete(id);
    for (const item of items.values()) item.remove();
    none.hidden = wanted.length > 0 || narrow.isNarrowed;
    nothingFound.hidden = wanted.length > 0 || !narrow.isNarrowed;
  }

  #made(question) {
    const item = blank("question-template");
    item.dataset.question = question.id;
    item.querySelector("article").id = `q-${question.id}`;
    setValues(item, "id", question.id);
    const counts = part(item, "counts");
    counts.id = `counts-${question.id}`;
    if (part(item, "form")) part(item, "form").id = `vote-${question.id}`;
    part(item, "named")?.setAttribute("form", `vote-${question.id}`);
    part(item, "vote")?.setAttribute("aria-describedby", counts.id);
    this.#fill(item, question, this.client.state);
    return item;
  }

  #fill(item, question, state) {
    const { words } = this;
    const isMine = question.id in state.own;
    const isPinned = state.phase === "live" && state.pinned === question.id;
    item.firstElementChild.classList.toggle("post--mine", isMine);
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
    if (part(item, "vote")) this.#fillVote(item, question, state);
  }

  #fillVote(item, question, state) {
    const isMine = question.id in state.own;
    const isVoted = state.votes.includes(question.id);
    const isNamed = state.named.includes(question.id);
    // Nobody votes for their own question, and nobody at all once only answers come.
    const isClosed = !isAsking(state.phase);
    const waiting = waitingFor(this.#commands, "vote.set", ({ q }) => q === question.id);
    const isLate = waiting !== undefined && Date.now() - waiting.at >= SAID_AFTER_MS;
    part(item, "people").textContent = String(question.counts[0]);
    part(item, "vote").setAttribute("aria-pressed", String(isVoted));
    part(item, "form").hidden = isClosed || (isMine && !isVoted);
    part(item, "on").value = (waiting ? waiting.a.on : isVoted) ? "0" : "1";
    part(item, "same").hidden = isLate;
    part(item, "sending").hidden = !isLate;
    part(item, "voted").hidden = !isVoted || isClosed;
    part(item, "told").hidden = part(item, "untell").hidden = !isNamed;
    part(item, "tell").hidden = isNamed;
    part(item, "named").value = isNamed ? "0" : "1";
  }
}
