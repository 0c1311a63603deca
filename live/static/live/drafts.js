/*
 * What is half typed on the moderators' console, kept on this device across a reload: by name, until it is given up or
 * sent. It lies in the outbox's storage, belongs to one person in one room, and goes when they sign out.
 *
 *   const drafts = new Drafts(outbox);
 *   drafts.keep("slip", { body: "…" });       // null or nothing forgets it
 *   for (const [name, value] of drafts.all()) …
 */

export class Drafts {
  constructor(outbox) {
    this.outbox = outbox;
  }

  all() {
    return Object.entries(this.#read());
  }

  /** Read anew each time: the same person may have the console open twice. */
  keep(name, value) {
    const { [name]: _before, ...others } = this.#read();
    const kept = value ? { ...others, [name]: value } : others;
    this.outbox.draft = Object.keys(kept).length ? kept : "";
  }

  #read() {
    const { draft } = this.outbox;
    return draft && typeof draft === "object" ? draft : {};
  }
}
