/*
 * The form of questions: what is written in it survives a reload as a whole, under which name it goes is said beside the
 * button, and what became of what was sent stands there too.
 *
 *   const asking = new Asking(form, { words, names, outbox, onAsk: (a) => client.give("question.ask", a), announce });
 *   asking.answered(ack);  asking.waiting(id, seconds);
 */

import { phrase, sayProblem, sends, withRefused } from "./page.js";
import { milliseconds } from "./playtime.js";

const FIELDS = ["body", "slot", "kind", "naming", "scene"];
const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter("ja", { granularity: "grapheme" }) : null;

/** How many characters people would count: as the counter below the field does. */
export function characters(text) {
  const normal = text.replace(/\r\n/g, "\n");
  return segmenter ? [...segmenter.segment(normal)].length : [...normal].length;
}

export class Asking {
  constructor(form, { words, names, outbox, onAsk, announce }) {
    Object.assign(this, { form, words, names, outbox, onAsk, announce });
    this.problem = form.querySelector("[data-ask-problem]");
    this.receipt = form.querySelector("[data-receipt]");
    this.limit = Number(form.elements.body.dataset.count);
    this.asked = null;
    form.querySelector("[data-shortcut]").hidden = false;
    this.#restore();
    this.#sayName();
    form.addEventListener("input", (event) => this.#changed(event));
    form.elements.body.addEventListener("keydown", (event) => this.#key(event));
  }

  get isBegun() {
    return this.form.elements.body.value !== "";
  }

  /** Send what is written; whether it could be. */
  send() {
    const { body, slot, kind, naming, scene } = this.form.elements;
    const position = milliseconds(scene.value);
    const many = characters(body.value.trim());
    if (many === 0) return this.#complain(this.words.empty, body);
    if (many > this.limit) return this.#complain(phrase(this.words, "too_long", { n: this.limit, m: many - this.limit }), body);
    if (position === undefined) return this.#complain(this.words.no_scene, scene);
    this.tell("");
    const about = { slot: slot.value || null, ...(position === null ? {} : { pos_ms: position }) };
    const { id } = this.onAsk({ body: body.value, ...about, kind: kind.value, naming: naming.value });
    this.asked = id;
    this.#show(this.words.sending);
    this.#write(body, "");
    return true;
  }

  /** What became of a question: its number, or the words that were refused where they were typed. */
  answered(ack) {
    const { body, scene } = this.form.elements;
    const isLast = this.asked === null || this.asked === ack.id;
    if (ack.ok) {
      const sentence = phrase(this.words, ack.r.state === "public" ? "received_public" : "received", { no: ack.r.no });
      if (isLast) this.#show(sentence, `#own-${ack.r.q}`);
      this.announce(sentence);
      // The scene stays until its question has arrived: what is refused comes back whole.
      if (milliseconds(scene.value) === ack.a.pos_ms) this.#write(scene, "");
      return;
    }
    if (isLast) this.#show("");
    this.#write(body, withRefused(ack.a.body, body.value));
    this.tell(ack.m, body);
  }

  /** Another tab had a question answered: the list of one's own says what became of it. */
  answeredElsewhere(id) {
    if (this.asked === id) this.#show("");
  }

  /** The last question goes later, to spare a crowded room. */
  waiting(id, seconds) {
    if (this.asked === null || this.asked === id) this.#show(phrase(this.words, "sending_in", { n: seconds }));
  }

  /** Say what is wrong, and with which field. */
  tell(problem, field = null) {
    sayProblem(this.problem, problem);
    for (const control of [this.form.elements.body, this.form.elements.scene]) {
      const isWrong = problem !== "" && control === field;
      const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== this.problem.id);
      control.setAttribute("aria-describedby", (isWrong ? [this.problem.id, ...ids] : ids).join(" "));
      if (isWrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }

  /** To whom a question goes when nobody is chosen: vendor is the name of who is on stage, or "". */
  addressTo(vendor) {
    const label = vendor ? phrase(this.words, "to_stage", { n: vendor }) : this.words.to_all;
    const [first] = this.form.elements.slot.options;
    if (first.text !== label) first.text = label;
  }

  clear() {
    this.form.reset();
    this.#write(this.form.elements.body, "");
  }

  #changed({ target }) {
    if (this.problem.textContent && target.getAttribute("aria-invalid")) this.tell("");
    if (target.name === "body" && target.value && this.receipt.dataset.isDone) this.#show("");
    this.#sayName();
    this.#keep();
  }

  #key(event) {
    if (!sends(event)) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #sayName() {
    const { naming } = this.form.elements;
    const place = this.form.querySelector("[data-as]");
    const sentence = naming.value === "anonymous" ? this.words.as_nobody : phrase(this.words, "as_name", { n: this.names[naming.value] ?? "" });
    if (place.textContent !== sentence) place.textContent = sentence;
  }

  #keep() {
    const now = this.#values();
    const usual = this.#usual();
    this.outbox.keep("draft", FIELDS.some((name) => now[name] !== usual[name]) ? now : "");
  }

  #restore() {
    const { body, slot, kind, naming, scene } = this.form.elements;
    const draft = this.outbox.kept("draft");
    // What the server sent back, or a link asked for, is newer.
    if (body.value) {
      this.#keep();
      return;
    }
    if (!draft.body && !draft.naming) return;
    const asksFor = new URLSearchParams(location.search);
    const usual = this.#usual();
    if (draft.body) this.#write(body, draft.body);
    // A radio button that is no more, a slot that has gone: then what is usual stays.
    if ([...slot.options].some(({ value }) => value === draft.slot) && !asksFor.has("to")) slot.value = draft.slot;
    if (!asksFor.has("scene")) scene.value = draft.scene ?? "";
    for (const [group, value] of [[kind, draft.kind], [naming, draft.naming]]) {
      if ([...group].some((radio) => radio.value === value)) group.value = value;
    }
    const isUsual = kind.value === usual.kind && naming.value === usual.naming;
    if (!isUsual) this.form.querySelector("details").open = true;
    this.#keep();
  }

  #values() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name].value]));
  }

  /** What stands in the form before anybody touches it. */
  #usual() {
    const { slot, kind, naming, scene } = this.form.elements;
    const checked = (group) => [...group].find((radio) => radio.defaultChecked)?.value ?? "";
    const selected = [...slot.options].find((option) => option.defaultSelected) ?? slot.options[0];
    return { body: "", slot: selected.value, kind: checked(kind), naming: checked(naming), scene: scene.defaultValue };
  }

  #complain(problem, field) {
    this.tell(problem, field);
    field.focus();
    return false;
  }

  /** The sentence beside the button, with a link to one's own question once it has arrived. */
  #show(sentence, link = "") {
    this.receipt.querySelector("[data-receipt-text]").textContent = sentence;
    const a = this.receipt.querySelector("a");
    a.hidden = !link;
    a.href = link || "#own";
    this.receipt.hidden = !sentence;
    if (link) this.receipt.dataset.isDone = "true";
    else delete this.receipt.dataset.isDone;
  }

  #write(field, text) {
    field.value = text;
    // The counter listens to typing alone.
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
