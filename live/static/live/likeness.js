/*
 * Which questions ask much the same, in other words. The same as core/text.py, on the same cases.
 *
 *   likeness("費用の目安は？", "費用はどのくらいですか") >= ALIKE;
 *   alike(question, others);                     // of the others, those that ask the same, most alike first
 */

import { fold, narrow } from "./folding.js";

export const ALIKE = 0.4;

/** How alike two texts are by shared pairs of characters, 0 to 1; endings and particles in hiragana count for nothing. */
export function likeness(one, other) {
  const [first, second] = [pairs(one), pairs(other)];
  if (first.size === 0 || second.size === 0) return 0;
  const shared = [...first].filter((pair) => second.has(pair)).length;
  return (2 * shared) / (first.size + second.size);
}

function pairs(text) {
  const kept = Array.from(narrow(text).replace(/[\s\u3000、。，．,.!?！？「」]/g, ""));
  const all = kept.slice(1).map((character, place) => kept[place] + character);
  const telling = all.filter((pair) => !/[ぁ-ゖ]/.test(pair));
  return new Set((telling.length ? telling : all).map(fold));
}

export function alike(question, others, limit = 5) {
  return others
    .filter(({ id }) => id !== question.id)
    .map((other) => [likeness(question.body, other.body), other])
    .filter(([how]) => how >= ALIKE)
    .sort(([a], [b]) => b - a)
    .slice(0, limit)
    .map(([, other]) => other);
}
