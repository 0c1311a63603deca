/*
 * Parts of a page that the server draws anew, and forms in it that are sent without leaving the page.
 *
 *   const fresh = new Fresh({ failed: "送信できませんでした。" });
 *   fresh.soon();                                  // something that the parts tell of has changed
 *
 *   <div data-fresh-from="/address/of/the/parts/alone/">            // else the page itself is asked for
 *   <div id="…" data-fresh> … <form method="post" data-quiet> … </form> … </div>
 *
 * What somebody is writing or choosing in stays as it is until they leave it; what says the same as before is not touched.
 * What was said of a press stands in .messages, outside the parts, until the next press.
 */

import { sayProblem } from "./page.js";

const PAUSE_MS = 100;
const PATIENCE_MS = 15_000;
// Each page the server draws has others of these, and they say nothing.
const TOKENS = /(name="(?:csrfmiddlewaretoken|command_id)" value=")[^"]*/g;

export class Fresh {
  constructor({ failed }) {
    this.failed = failed;
    this.address = document.querySelector("[data-fresh-from]")?.dataset.freshFrom ?? location.href.split("#")[0];
    this.isAsking = false;
    this.sending = 0;
    this.line = Promise.resolve();
    this.isOld = false;
    this.drawn = new Map(parts().map((part) => [part.id, said(part)]));
    document.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !event.target.matches("[data-quiet]")) return;
      event.preventDefault();
      this.#press(event.target, event.submitter);
    });
  }

  /** Draw the parts anew in a moment; several changes at once are one. */
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  /** Draw the parts anew; one page at a time is asked for, and none while something is being sent. */
  async now() {
    this.isOld = true;
    if (this.isAsking || this.sending > 0) return;
    this.isAsking = true;
    this.isOld = false;
    try {
      const page = await asked(this.address);
      // What was asked for before something else was sent is an old page.
      if (page.isGood && this.sending === 0) this.#draw(page.html);
    } catch {
      // The next change asks again.
    }
    this.isAsking = false;
    if (this.isOld) this.soon();
  }

  /** One after the other, in the order they were pressed; a form that is pressed twice is sent once. */
  #press(form, submitter) {
    if (form.ariaBusy === "true") return;
    // A button that is disabled would lose the keyboard.
    form.ariaBusy = "true";
    const { action } = form;
    const body = new FormData(form, submitter);
    this.sending += 1;
    this.line = this.line.then(() => this.#send({ form, submitter, action, body }));
  }

  async #send({ form, submitter, action, body }) {
    try {
      const page = await asked(action, { method: "POST", body });
      // Signed out meanwhile, or refused on a page without these parts: that page says why.
      if (!this.#draw(page.html, submitter)) location.reload();
      this.#tell(page);
    } catch {
      this.#tell({ problem: this.failed });
    }
    form.ariaBusy = null;
    this.sending -= 1;
    if (this.isOld) this.soon();
  }

  /** Say what became of a press: what the page it led to says at its top, or what was refused in it. */
  #tell({ html = "", isGood = true, problem = "" }) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const notices = [...(page.querySelector(".messages")?.children ?? [])];
    const refused = isGood ? "" : (page.querySelector("[data-fresh] .field__error, [data-fresh] .notice--error")?.textContent ?? "");
    const sentence = problem || refused.trim().replace(/^＊/, "");
    if (sentence) {
      const notice = document.createElement("p");
      notice.className = "field__error";
      sayProblem(notice, sentence);
      notices.push(notice);
    }
    document.querySelector(".messages").replaceChildren(...notices);
  }

  /** Put in what the page says now; whether it is a page with these parts. */
  #draw(html, pressed = null) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const known = parts().filter(({ id }) => page.getElementById(id));
    for (const part of known) {
      const drawn = page.getElementById(part.id);
      const now = said(drawn);
      if (isBusy(part) || this.drawn.get(part.id) === now) continue;
      this.drawn.set(part.id, now);
      replace(part, drawn, pressed && part.contains(pressed) ? pressed : document.activeElement);
    }
    return known.length > 0;
  }
}

/** A page, whole, or an error: a line may freeze, and an answer break off. */
async function asked(address, options = {}) {
  const headers = { "X-Requested-With": "fetch" };
  const response = await fetch(address, { ...options, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  return { html: await response.text(), isGood: response.ok && (options.method === "POST" || !response.redirected) };
}

const parts = () => [...document.querySelectorAll("[data-fresh]")];
const said = (part) => part.innerHTML.replaceAll(TOKENS, "$1");

/** Whether somebody writes or chooses in it. */
function isBusy(part) {
  const { activeElement: field } = document;
  return part.contains(field) && field.matches("input:not([type=checkbox]), textarea, select");
}

/** What was opened or closed stays so, and where the keyboard was it goes on, or with the first button of the part. */
function replace(part, drawn, focused) {
  const had = part.contains(focused) ? nameOf(focused) : null;
  const open = new Map(Array.from(part.querySelectorAll("details[id]"), (details) => [details.id, details.open]));
  part.replaceChildren(...drawn.childNodes);
  for (const details of part.querySelectorAll("details[id]")) details.open = open.get(details.id) ?? details.open;
  if (had === null) return;
  const buttons = [...part.querySelectorAll("button, summary, a")];
  (buttons.find((button) => nameOf(button) === had) ?? buttons[0])?.focus({ preventScroll: true });
}

/** What tells a button from the others: where it stands, what it sends. */
function nameOf(button) {
  return [button.closest("[id]")?.id, button.tagName, button.name, button.value, button.getAttribute("href")].join();
}
