/*
 * Which question of the moderators' desk is chosen: it has the focus, the others who moderate hear of it, and after a
 * decision the next one takes its place.
 *
 *   const chosen = new Chosen(root, { client, leaving, isLive: () => true });   // leaving: ids on their way out of a list
 *   chosen.choose(item);  chosen.step(1);  chosen.item;                         // item: null when none is chosen
 *   const next = chosen.successor(item);                                        // before item is moved
 */

const LOOK_MS = 10_000;

export const isInSight = (item) => item.offsetParent !== null;

export class Chosen {
  item = null;
  #resume = null; // where J goes on when none is chosen
  #returning = null; // what an undo brings back: {q, version}

  constructor(root, { client, leaving, isLive }) {
    Object.assign(this, { root, client, leaving, isLive });
    root.addEventListener("focusin", ({ target }) => {
      const item = target.closest("[data-question]");
      // What is pressed must not move away under the pointer before it is let go; the Tab key scrolls by itself.
      if (item && item !== this.item) this.choose(item, { scrolls: false });
    });
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** Choose a question; a heading, where a list has run empty, only takes the focus. */
  choose(element, { scrolls = true } = {}) {
    this.item?.classList.remove("desk__item--chosen");
    this.item = element?.matches("[data-question]") ? element : null;
    this.#resume = null;
    this.item?.classList.add("desk__item--chosen");
    // What is brought back may be one that is not looked for just now.
    if (this.item) this.item.hidden = false;
    if (element && !element.contains(document.activeElement)) element.focus({ preventScroll: true });
    // Whoever presses keys fast does not wait for a page that glides.
    if (scrolls) element?.scrollIntoView({ block: "nearest", behavior: "instant" });
    this.#look();
  }

  /** What comes after an item is decided on: the next of its list that is not on its way out, else the one before, else the heading. */
  successor(item) {
    const stays = (other) => isInSight(other) && !this.leaving.has(other.dataset.question);
    const rest = [...item.parentElement.children].filter((other) => other === item || stays(other));
    const here = rest.indexOf(item);
    return rest[here + 1] ?? rest[here - 1] ?? item.closest("section").querySelector("h2");
  }

  /** Choose nothing: J goes on where the chosen item stood. */
  letGo() {
    const next = this.successor(this.item);
    this.choose(null);
    this.#resume = next;
  }

  step(by) {
    const all = [...this.root.querySelectorAll("[data-question]")].filter(isInSight);
    const here = all.indexOf(this.item);
    if (here < 0 && all.includes(this.#resume)) this.choose(this.#resume);
    else this.choose(all[Math.min(all.length - 1, Math.max(0, here + by))]);
  }

  /** A question that was taken back: chosen as soon as it stands where it stood. */
  bringForth(wanted = this.#returning) {
    this.#returning = wanted;
    if (!(this.client.state.queue[wanted?.q]?.version >= wanted?.version)) return;
    this.#returning = null;
    this.leaving.delete(wanted.q);
    this.choose(this.root.querySelector(`[data-question="${CSS.escape(wanted.q)}"]`));
  }

  /** Tell the other moderators; a hint is not worth keeping for later when nobody can be told. */
  #look() {
    if (this.isLive() && !document.hidden && this.item) this.client.give("queue.look", { q: this.item.dataset.question });
  }
}
