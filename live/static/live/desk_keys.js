/*
 * The keys of the moderators' console, one key for one act; the list of them stands behind "?".
 *
 *   listenToKeys(root, { chosen, close: (item, details) => …, undo, slip });
 */

import { isOfInputMethod, part, sends } from "./page.js";

export function listenToKeys(root, { chosen, close, undo, slip }) {
  const keys = document.querySelector("[data-keys]");
  const partOfChosen = (name) => chosen.item && part(chosen.item, name);

  /** Open a part of the chosen question and go into it; where it is open, close it. */
  function openPart(name) {
    const details = partOfChosen(name);
    if (!details || details.hidden) return;
    if (details.open) {
      close(chosen.item, details);
      return;
    }
    details.open = true;
    details.querySelector("button.desk__target, input.input, textarea").focus();
  }

  /** The n-th ready reason of a question whose reasons stand open. */
  function readyReason(number) {
    const details = partOfChosen("refuse");
    if (details?.open) details.querySelectorAll(".desk__ready button")[number - 1]?.click();
  }

  /** Press the button of a form that the chosen question shows now. */
  function pressIn(name) {
    const form = partOfChosen(name);
    if (form && !form.hidden) form.querySelector("button").click();
  }

  const acts = {
    j: () => chosen.step(1),
    k: () => chosen.step(-1),
    a: () => pressIn("publish"),
    w: () => openPart("refuse"),
    m: () => openPart("merge"),
    p: () => pressIn("pin"),
    o: () => pressIn("oral"),
    r: () => openPart("answer"),
    e: () => openPart("edit"),
    z: () => undo.undo(),
    n: () => slip.focus(),
    "?": () => (keys.open ? keys.close() : keys.showModal()),
  };

  root.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-question]");
    const details = event.target.closest("details[open]");
    if (!item || !details) return;
    if (event.key === "Escape" && !isOfInputMethod(event)) {
      event.preventDefault();
      close(item, details);
    } else if (sends(event) && event.target.matches("[data-typed]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]") !== null;
    if (isTyping || isOfInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = /^[1-9]$/.test(event.key) ? () => readyReason(Number(event.key)) : acts[event.key.toLowerCase()];
    if (!act || (keys.open && event.key !== "?")) return;
    event.preventDefault();
    act();
  });

  const help = document.querySelector("[data-shortcut]");
  help.hidden = false;
  help.addEventListener("click", acts["?"]);
}
