/*
 * After an act, a sentence for ten seconds and a button that takes it back; or why something was refused.
 *
 *   const undo = new Undo(root);
 *   undo.offer("A-0012を公開しました", () => client.give("moderation.undo", …));
 *   undo.say("元に戻せる時間を過ぎました");
 *
 * What stands in the toast for one kind of act alone is marked data-undo-for="undo" or "unban".
 */

import { sayProblem } from "./page.js";

const UNDO_MS = 10_000;

export class Undo {
  constructor(root) {
    this.toast = root.querySelector("[data-undo]");
    this.text = this.toast.querySelector("[data-undo-text]");
    this.problem = this.toast.querySelector("[data-undo-problem]");
    this.button = this.toast.querySelector("[data-undo-button]");
    this.button.addEventListener("click", () => this.undo());
    root.querySelector("[data-undo-plain]")?.remove();
  }

  /** Say what was done; act takes it back. */
  offer(sentence, act, kind = "undo") {
    this.act = act;
    this.#show(sentence, "");
    this.button.hidden = false;
    for (const element of this.toast.querySelectorAll("[data-undo-for]")) element.hidden = element.dataset.undoFor !== kind;
  }

  /** Say why something was not done. */
  say(problem) {
    this.act = null;
    this.#show("", problem);
    this.button.hidden = true;
    for (const element of this.toast.querySelectorAll("[data-undo-for]")) element.hidden = true;
  }

  undo() {
    if (!this.act) return;
    const { act } = this;
    this.close();
    act();
  }

  close() {
    clearTimeout(this.timer);
    this.act = null;
    this.toast.hidden = true;
  }

  #show(sentence, problem) {
    clearTimeout(this.timer);
    this.toast.hidden = false;
    this.text.textContent = sentence;
    this.text.hidden = !sentence;
    sayProblem(this.problem, problem);
    this.timer = setTimeout(() => this.close(), UNDO_MS);
  }
}
