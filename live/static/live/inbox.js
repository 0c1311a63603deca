/*
 * The vendors' inbox: time that runs down by the server's clock, set phrases put in where the caret is, and chips that
 * follow what saves itself.
 *
 *   <div data-inbox data-now="2026-09-11T10:00:00+09:00"> … <div data-until="2026-09-18T17:00:00+09:00" data-days="あと{n}日"
 *     data-hours="あと{n}時間{m}分" data-minutes="あと{n}分" data-seconds="あと{n}秒" data-past="締め切りました">
 *       <p class="deadline__left"></p></div>
 *   <form> … <textarea name="body"></textarea><details data-phrases hidden> <button data-phrase>…</button>
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is left, in the words given; above two days whole days, under an hour minutes, at the end seconds. */
export function left(ms, words) {
  const say = (name, n, m = 0) => words[name].replace("{n}", String(n)).replace("{m}", String(m));
  if (ms <= 0) return words.past;
  if (ms >= 2 * DAY) return say("days", Math.floor(ms / DAY));
  if (ms >= HOUR) return say("hours", Math.floor(ms / HOUR), Math.floor((ms % HOUR) / MINUTE));
  if (ms >= MINUTE) return say("minutes", Math.floor(ms / MINUTE));
  return say("seconds", Math.ceil(ms / SECOND));
}

/** A text with a phrase put in at a selection, on a line of its own where the line has something already. */
export function inserted(text, start, end, phrase) {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const lead = before === "" || before.endsWith("\n") ? "" : "\n";
  const value = `${before}${lead}${phrase}${after}`;
  return { value, caret: before.length + lead.length + phrase.length };
}

function runDown(root) {
  // The page came with the server's time: what this device believes to be now plays no part.
  const offset = new Date(root.dataset.now).getTime() - Date.now();
  for (const box of root.querySelectorAll("[data-until]")) {
    const line = box.querySelector(".deadline__left");
    const until = new Date(box.dataset.until).getTime();
    const tick = () => {
      const ms = until - (Date.now() + offset);
      line.textContent = left(ms, box.dataset);
      if (ms > 0) setTimeout(tick, ms < 2 * MINUTE ? SECOND : 20 * SECOND);
    };
    tick();
  }
}

function offerPhrases(root) {
  for (const box of root.querySelectorAll("[data-phrases]")) {
    const text = box.closest("form").elements.namedItem("body");
    box.hidden = false;
    box.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-phrase]");
      if (!button) return;
      const { value, caret } = inserted(text.value, text.selectionStart, text.selectionEnd, button.textContent);
      text.value = value;
      text.focus();
      text.setSelectionRange(caret, caret);
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

const NEXT_STAGE = { open: "draft", published: "revising", individual: "revising" };

/** Let an item's chip say that there is a draft, once autosave.js has kept one. */
function followDrafts(root) {
  for (const line of root.querySelectorAll("[data-save-state]")) {
    const chip = line.closest(".inbox__item").querySelector("[data-stage]");
    new MutationObserver(() => {
      const next = NEXT_STAGE[chip.dataset.stage];
      if (line.dataset.state !== "saved" || !next) return;
      chip.replaceChildren(root.querySelector(`template[data-chip="${next}"]`).content.cloneNode(true));
      chip.dataset.stage = next;
    }).observe(line, { attributes: true, attributeFilter: ["data-state"] });
  }
}

const root = typeof document === "undefined" ? null : document.querySelector("[data-inbox]");
if (root) {
  runDown(root);
  offerPhrases(root);
  followDrafts(root);
}
