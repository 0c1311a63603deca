/*
 * Which questions a list shows, and in which order. Pure; live/views/listing.py does the same for a page without a script.
 *
 *   listed(Object.values(state.questions), { order: "votes", slot: "", unanswered: false, words: "防災" });
 */

import { fold } from "./folding.js";

const oldest = (a, b) => (a.asked_at < b.asked_at ? -1 : a.asked_at > b.asked_at ? 1 : 0);
const ORDERS = {
  votes: (a, b) => b.counts[0] - a.counts[0] || oldest(a, b),
  new: (a, b) => oldest(b, a),
  old: oldest,
};

/** Questions in an order: the most wanted first ("votes"), the newest ("new") or the oldest ("old"). */
export function ordered(questions, order) {
  return [...questions].sort(ORDERS[order] ?? ORDERS.votes);
}

/** Whether a question is one of those looked for: every word in its text, answer, number, vendor or asker. */
export function matches(question, { slot = "", unanswered = false, words = "" }) {
  if (slot && question.slot !== slot) return false;
  if (unanswered && question.answer) return false;
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return true;
  const { body, no, vendor, by, answer } = question;
  const text = fold([body, no, vendor ?? "", by, answer?.body ?? ""].join("\n"));
  return wanted.every((word) => text.includes(word));
}

export function listed(questions, choice) {
  return ordered(questions.filter((question) => matches(question, choice)), choice.order);
}

/** The receipt number that "3", "A-3" or "ａ-０００３" means; anything else as it is. */
export function receiptNumber(text) {
  const folded = text.normalize("NFKC").trim().toUpperCase();
  const digits = /^(?:A-?)?([0-9]{1,9})$/.exec(folded);
  return digits ? `A-${digits[1].replace(/^0+(?=.)/, "").padStart(4, "0")}` : folded;
}
