/*
 * For ten seconds after an act, a sentence and a button that takes it back.
 *
 *   const undo = new Undo(root, (about) => client.give("moderation.undo", about));
 *   undo.offer("A-0012を公開しました", { q: "…" });
 */

const UNDO_MS = 10_000;

export class Undo {
  constructor(root, onUndo) {
    this.toast = root.querySelector("[data-undo]");
    this.text = this.toast.querySelector("[data-undo-text]");
    this.onUndo = onUndo;
    this.toast.querySelector("[data-undo-button]").addEventListener("click", () => this.undo());
    root.querySelector("[data-undo-plain]")?.remove();
  }

  offer(sentence, about) {
    clearTimeout(this.timer);
    this.about = about;
    this.text.textContent = sentence;
    this.toast.hidden = false;
    this.timer = setTimeout(() => this.close(), UNDO_MS);
  }

  undo() {
    if (!this.about) return;
    const { about } = this;
    this.close();
    this.onUndo(about);
  }

  close() {
    clearTimeout(this.timer);
    this.about = null;
    this.toast.hidden = true;
  }
}
