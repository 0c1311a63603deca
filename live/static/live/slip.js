/*
 * Paper slips from the venue, typed one after the other: the cursor stays, the addressee and the kind stay, the text goes.
 *
 *   const slip = new Slip(root, { words, outbox, onAsk: (a) => client.give("question.ask", a) });
 *   slip.answered(ack);
 */

import { phrase, sayProblem, sends, withRefused } from "./page.js";

const KEPT = "desk:slip";

export class Slip {
  constructor(root, { words, outbox, onAsk }) {
    this.form = root.querySelector("[data-slip]");
    this.words = words;
    this.outbox = outbox;
    this.onAsk = onAsk;
    this.problem = this.form.querySelector("[data-slip-problem]");
    this.done = this.form.querySelector("[data-slip-done]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.form.addEventListener("input", () => this.#keep());
    this.#restore();
    this.form.elements.body.addEventListener("keydown", (event) => {
      if (!sends(event)) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
  }

  focus() {
    this.form.elements.body.focus();
  }

  #send() {
    const { body, organisation, kind, slot } = this.form.elements;
    if (!body.value.trim()) {
      sayProblem(this.problem, this.words.empty);
      body.focus();
      return;
    }
    sayProblem(this.problem, "");
    this.done.textContent = "";
    const a = { body: body.value, kind: kind.value, naming: "body_only", slot: slot.value || null };
    this.onAsk(organisation.value ? { ...a, organisation: organisation.value } : a);
    body.value = organisation.value = "";
    this.#keep();
    body.focus();
  }

  /** A slip that was refused comes back, unless the next one is being typed already: then it waits above it. */
  answered(ack) {
    if (ack.ok) {
      this.done.textContent = phrase(this.words, "slip_done", { no: ack.r.no });
      return;
    }
    const { body, organisation } = this.form.elements;
    body.value = withRefused(ack.a.body, body.value);
    organisation.value = ack.a.organisation ?? "";
    this.#keep();
    sayProblem(this.problem, ack.m);
  }

  #fields() {
    return [...this.form.elements].filter((field) => field.matches("textarea, select"));
  }

  /** A slip half typed is kept with the choices beside it; without a word of its text there is nothing to keep. */
  #keep() {
    const slip = Object.fromEntries(this.#fields().map((field) => [field.name, field.value]));
    this.outbox.keep(KEPT, slip.body ? slip : "");
  }

  #restore() {
    const slip = this.outbox.kept(KEPT);
    if (!slip || this.form.elements.body.value) return;
    for (const field of this.#fields()) if (field.name in slip) field.value = slip[field.name];
  }
}
