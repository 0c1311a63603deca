/*
 * What is half typed on the moderators' console: kept across a reload together with what its question was then, put back
 * where it was typed, nobody's own any more once it is sent, and brought back when it is refused.
 *
 *   const typed = new Typed(root, { client, words });
 *   typed.begin(items);                 // the page has come: {id: item} of what stands in it
 *   typed.settle(item, form);           // a form of the question was sent
 *   typed.bringBack(item, ack);         // and refused
 */

import { begin, isOwn, problem, put, settle, valueOf } from "./desk.js";
import { part } from "./page.js";

const BACK = { "question.moderate": "reason", "question.merge": "into", "question.edit": "edit", "answer.publish": "answer", "person.ban": "ban" };

export class Typed {
  constructor(root, { client, words }) {
    Object.assign(this, { client, words });
    root.addEventListener("input", ({ target }) => {
      const item = target.closest("[data-question]");
      if (item && target.matches("[data-typed]")) this.#keep(item, target);
    });
  }

  begin(items) {
    for (const [id, item] of items) begin(item, this.client.state.queue[id]);
    this.#restore(items);
  }

  settle(item, form) {
    settle(form);
    for (const field of form.querySelectorAll("[data-typed]")) this.#keep(item, field);
  }

  bringBack(item, ack) {
    const name = BACK[ack.op];
    const text = ack.a.reason ?? ack.a.body ?? this.client.state.queue[ack.a.into]?.no;
    if (!name || !text) return;
    const input = part(item, `${name}-input`);
    put(input, text);
    input.closest("details").open = true;
    this.#keep(item, input);
  }

  #keep(item, field) {
    const { outbox, state } = this.client;
    const id = item.dataset.question;
    outbox.keep(`desk:${id}:${field.dataset.part}`, isOwn(field) ? { value: valueOf(field), version: state.queue[id]?.version } : "");
  }

  /** What was half typed when the page went away stands where it was typed, and its part is open. */
  #restore(items) {
    const { outbox, state } = this.client;
    for (const [name, { value, version }] of outbox.keptUnder("desk:")) {
      const [id, partName] = name.split(":");
      if (!partName) continue;
      const item = items.get(id);
      const field = item && part(item, partName);
      if (!field || field.closest("details").hidden) {
        outbox.keep(`desk:${name}`, "");
        continue;
      }
      put(field, value);
      field.closest("details").open = true;
      if (state.queue[id].version !== version) problem(item, this.words.changed_elsewhere);
    }
  }
}
