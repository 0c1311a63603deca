/*
 * Says, while a question is being typed, which public ones ask the same. It waits for a pause, and never asks while an
 * input method is still choosing characters: half a word in kana resembles everything.
 *
 *   watch({ ask, base, words, mayVote: (question) => …, onSame: (question) => … });   // ask is the form with [data-alike]
 */

import { blank, countWords, part, write } from "./page.js";

const PAUSE_MS = 500;
const SHORTEST = 4;

export function watch({ ask, base, words, mayVote, onSame }) {
  const panel = ask.querySelector("[data-alike]");
  const said = ask.querySelector("[data-alike-said]");
  const list = panel.querySelector("[data-alike-list]");
  const { body } = ask.elements;
  let timer = null;
  let asked = "";

  function later(event) {
    clearTimeout(timer);
    if (event.isComposing) return;
    timer = setTimeout(look, PAUSE_MS);
  }

  async function look() {
    const text = body.value.trim();
    if (text === asked) return;
    asked = text;
    if (Array.from(text).length < SHORTEST) {
      show([]);
      return;
    }
    const response = await fetch(`${base}similar?${new URLSearchParams({ body: text })}`).catch(() => null);
    // An answer about what stood there a moment ago is no answer.
    if (response?.ok && !response.redirected && asked === text) show((await response.json()).similar);
  }

  function show(questions) {
    panel.hidden = questions.length === 0;
    said.textContent = panel.hidden ? "" : panel.querySelector("h3").textContent;
    list.replaceChildren(...questions.map(item));
  }

  function item(question) {
    const element = blank("alike-template");
    element.dataset.alikeItem = question.id;
    write(element, "body", question.body);
    write(element, "no", question.no);
    write(element, "counts", countWords(words, question.counts));
    part(element, "link").href = `#q-${question.id}`;
    const same = part(element, "same");
    if (same) {
      same.type = "button";
      same.hidden = !mayVote(question);
      same.addEventListener("click", () => {
        onSame(question);
        same.disabled = true;
        same.textContent = words.same_said;
      });
    }
    return element;
  }

  body.addEventListener("input", later);
  body.addEventListener("compositionend", () => later({ isComposing: false }));
  return { clear: () => show([]) };
}
