/*
 * The moderators' day: the parts that say who is on stage and what the screens show follow whatever anybody changes there.
 *
 *   <script type="module" src="…/live/running.js"></script>     beside moderate.js
 */

import { Fresh } from "./fresh.js";

const { words } = JSON.parse(document.getElementById("room-initial").textContent);
const fresh = new Fresh({ failed: words.not_sent });
const TOLD = new Set(["phase.set", "stage.set", "polls.changed"]);
let wasHere = false;

document.addEventListener("room:frame", ({ detail: frame }) => {
  // Whoever was away, or asks every few seconds, may have missed what it was.
  const isNews = frame.t === "ev" ? TOLD.has(frame.k) : frame.events?.some(({ k }) => TOLD.has(k)) || "questions" in frame;
  if (isNews || (frame.t === "welcome" && wasHere)) fresh.soon();
  if (frame.t === "welcome") wasHere = true;
});
