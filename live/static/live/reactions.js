/*
 * Reactions to a pitch: pressed and taken back without a reload, on stage and in the list of recordings alike.
 *
 *   const reactions = new Reactions(root, { words, outbox, give });     // give(op, a) is client.give
 *   reactions.answered(ack);  reactions.render();
 *
 *   <div data-reactions="…"> <form data-react> <input name="slot"> <input name="label"> <input name="on">
 *     <button aria-pressed="false">…</button> </form> <p role="status" data-react-told></p> </div>
 */

import { waitingFor } from "./outbox.js";
import { SAID_AFTER_MS, sayProblem } from "./page.js";

export class Reactions {
  constructor(root, { words, outbox, give }) {
    Object.assign(this, { root, words, outbox, give });
    root.addEventListener("submit", (event) => this.react(event));
    this.render(0);
  }

  react(event) {
    const form = event.target.closest("[data-react]");
    if (!form) return;
    event.preventDefault();
    const { slot, label, on } = Object.fromEntries(new FormData(form));
    this.give("reaction.set", { slot, label, on: on === "1" });
    this.render();
  }

  /** Show what waits; told says so in words, where it has waited so long. */
  render(saidAfterMs = SAID_AFTER_MS) {
    const { commands } = this.outbox;
    const late = new Set();
    for (const form of this.root.querySelectorAll("[data-react]")) {
      const { slot, label, on } = form.elements;
      const button = form.querySelector("button");
      const waiting = waitingFor(commands, "reaction.set", (a) => a.slot === slot.value && a.label === label.value);
      const isOn = waiting ? waiting.a.on : button.getAttribute("aria-pressed") === "true";
      on.value = isOn ? "0" : "1";
      button.setAttribute("aria-busy", String(Boolean(waiting)));
      if (waiting && Date.now() - waiting.at >= saidAfterMs) late.add(slot.value);
    }
    for (const group of this.root.querySelectorAll("[data-reactions]")) {
      const told = group.querySelector("[data-react-told]");
      if ("problem" in told.dataset && late.size === 0) continue;
      told.textContent = late.has(group.dataset.reactions) ? this.words.sending : "";
    }
  }

  answered(ack) {
    // A pitch stands on stage and, in the week after, in the list of recordings.
    for (const group of this.root.querySelectorAll(`[data-reactions="${CSS.escape(ack.a.slot)}"]`)) {
      const form = [...group.querySelectorAll("[data-react]")].find(({ elements }) => elements.label.value === ack.a.label);
      if (ack.ok) form?.querySelector("button").setAttribute("aria-pressed", String(ack.r.on));
      const told = group.querySelector("[data-react-told]");
      told.toggleAttribute("data-problem", !ack.ok);
      if (!ack.ok) sayProblem(told, ack.m);
    }
    this.render();
  }
}
