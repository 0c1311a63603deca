/*
 * Results of a poll, drawn as bars, words or texts by its kind; the same in the room and on the big screen.
 *
 *   drawResults(item, poll, results, "{n}人が回答");     // item holds [data-results], as live/parts/poll_results.html has it
 */

import { part } from "./page.js";

/** The bars of results: [label, count, what a full bar is, share in percent or null] each; ratings are labelled by themselves. */
export function barsOf(poll, results) {
  const labels = poll.kind === "rating" ? ["1", "2", "3", "4", "5"] : poll.options;
  const counts = results.o ?? [];
  const isPoints = poll.kind === "ranking";
  // Everybody's first place is all that an option can get.
  const full = Math.max(1, isPoints ? results.n * poll.options.length : results.n);
  return counts.map((count, place) => [labels[place] ?? "", count, full, isPoints ? null : Math.floor((200 * count + full) / (2 * full))]);
}

function element(tag, text, name = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== null) made.textContent = text;
  return made;
}

/** Draw results into the box of an item, or hide it where there are none to show; count is 「{n}人が回答」. */
export function drawResults(item, poll, results, count) {
  const box = item.querySelector("[data-results]");
  box.hidden = !results;
  if (!results) return;
  part(item, "answered-by").textContent = count.replace("{n}", String(results.n));
  part(item, "points").hidden = poll.kind !== "ranking";
  part(item, "mean").hidden = results.mean === null || results.mean === undefined;
  part(item, "mean-value").textContent = String(results.mean ?? "");
  part(item, "bars").replaceChildren(...barsOf(poll, results).map(([label, many, full, percent]) => {
    const line = element("li", null);
    const bar = Object.assign(document.createElement("progress"), { value: many, max: full });
    bar.setAttribute("aria-hidden", "true");
    line.append(element("span", label), bar, element("span", percent === null ? String(many) : `${many}（${percent}%）`, "numeral"));
    return line;
  }));
  part(item, "words").replaceChildren(...(results.w ?? []).map(([text, many]) => {
    const line = element("li", text);
    if (poll.kind === "words") line.append(" ", element("span", String(many), "numeral"));
    return line;
  }));
}
