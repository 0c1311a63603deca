/*
 * How a moderator wants the public list: by age or by votes, of all or of one slot. The list is arranged when that is
 * asked for and not before: nothing moves under somebody's eyes because others vote.
 *
 *   const order = new DeskOrder(root, () => arrange());
 *   order.sorted(questions);  order.shows(question, state);
 */

import { matches, ordered } from "./listing.js";

export class DeskOrder {
  constructor(root, onAsked) {
    this.form = root.querySelector("[data-desk-order]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      onAsked();
    });
    this.form.addEventListener("change", () => {
      this.#remember();
      onAsked();
    });
  }

  sorted(questions) {
    return ordered(questions, this.form.elements.order.value);
  }

  /** Whether a public question is one of those looked for; "stage" is whoever presents now. */
  shows(question, state) {
    const { value } = this.form.elements.slot;
    return matches(question, { slot: value === "stage" ? state.stage ?? "" : value });
  }

  /** The address says the choice, so that it survives a reload. */
  #remember() {
    const { order, slot } = this.form.elements;
    const query = new URLSearchParams();
    if (order.value !== "old") query.set("order", order.value);
    if (slot.value) query.set("slot", slot.value);
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
  }
}
