/*
 * The programme's clock: how much is left of a pitch and of its questions, by the server's time.
 *
 *   const clock = new Clock(root, words, serverNow);      // serverNow: the server's moment, ISO, when the page was made
 *   clock.follow(state.clock);                            // null, or {"started_at", "pitch", "qa", "qa_at"} in minutes
 *
 * Every [data-clock] in root shows it: [data-clock-part] what is going on, [data-clock-left] minutes and seconds.
 */

const MINUTE = 60_000;

/** What is going on at a moment (ms): {"part": "pitch" | "qa" | "over", "ms": left, or gone since the end}. */
export function countdown({ started_at: startedAt, pitch, qa, qa_at: qaAt }, now) {
  // Questions may have been let begin earlier or later than planned.
  const pitchEnds = qaAt ? Date.parse(qaAt) : Date.parse(startedAt) + pitch * MINUTE;
  const qaEnds = pitchEnds + qa * MINUTE;
  if (now < pitchEnds) return { part: "pitch", ms: pitchEnds - now };
  if (now < qaEnds) return { part: "qa", ms: qaEnds - now };
  return { part: "over", ms: now - qaEnds };
}

/** Minutes and seconds; what is left is rounded up, so that 0:00 is the end and not the last second. */
export function written({ part, ms }) {
  const seconds = part === "over" ? Math.floor(ms / 1000) : Math.ceil(ms / 1000);
  return `${part === "over" ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export class Clock {
  constructor(root, words, serverNow) {
    this.places = Array.from(root.querySelectorAll("[data-clock]"));
    this.words = words;
    this.ahead = Date.parse(serverNow) - Date.now();
    this.running = null;
    if (this.places.length > 0) setInterval(() => this.#show(), 500);
  }

  follow(running) {
    this.running = running;
    this.#show();
  }

  #show() {
    for (const place of this.places) {
      place.hidden = !this.running;
      if (!this.running) continue;
      const now = countdown(this.running, Date.now() + this.ahead);
      place.dataset.clock = now.part;
      write(place.querySelector("[data-clock-part]"), this.words[`clock_${now.part}`]);
      write(place.querySelector("[data-clock-left]"), written(now));
    }
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
