/*
 * Which questions of the list are wanted: the form above it and the tabs of its order, at once and without a reload.
 *
 *   const narrow = new Narrow(root, () => arrange());
 *   listed(questions, narrow.choice);
 */

export class Narrow {
  constructor(root, onChange) {
    this.form = root.querySelector("[data-narrow]");
    this.tabs = [...root.querySelectorAll("[data-orders] a")];
    this.onChange = onChange;
    this.form.querySelector("[data-narrow-button]").hidden = true;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#changed();
    });
    this.form.addEventListener("input", (event) => {
      // Half a word in kana finds nothing: a search waits for the input method.
      if (!event.isComposing) this.#changed();
    });
    this.form.addEventListener("compositionend", () => this.#changed());
    for (const tab of this.tabs) tab.addEventListener("click", (event) => this.#order(event, tab));
    root.querySelector("[data-narrow-all]").addEventListener("click", (event) => {
      event.preventDefault();
      this.clear();
    });
  }

  get choice() {
    const { sort, slot, open, q } = this.form.elements;
    return { order: sort.value, slot: slot.value, unanswered: open.checked, words: q.value };
  }

  get isNarrowed() {
    const { slot, unanswered, words } = this.choice;
    return Boolean(slot || unanswered || words.trim());
  }

  clear() {
    const { slot, open, q } = this.form.elements;
    slot.value = q.value = "";
    open.checked = false;
    q.focus();
    this.#changed();
  }

  #order(event, tab) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of this.tabs) other.removeAttribute("aria-current");
    tab.setAttribute("aria-current", "page");
    this.form.elements.sort.value = new URL(tab.href).searchParams.get("sort");
    this.#changed();
  }

  #changed() {
    const query = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => value));
    history.replaceState(null, "", `?${query}`);
    this.onChange();
  }
}
