/*
 * Parts of a page that the server draws anew, and forms in it that are sent without leaving the page.
 *
 *   const fresh = new Fresh({ failed: "送信できませんでした。" });
 *   fresh.soon();                                  // something that the parts tell of has changed
 *
 *   <div id="…" data-fresh> … <form method="post" data-quiet> … </form> … </div>
 *
 * What somebody is writing or choosing in stays as it is until they leave it; what says the same as before is not touched.
 */

import { sayProblem } from "./page.js";

const PAUSE_MS = 100;
// Each page the server draws has others of these, and they say nothing.
const TOKENS = /(name="(?:csrfmiddlewaretoken|command_id)" value=")[^"]*/g;

export class Fresh {
  constructor({ failed }) {
    this.failed = failed;
    this.turn = 0;
    this.drawn = new Map(parts().map((part) => [part.id, said(part)]));
    document.addEventListener("submit", (event) => {
      if (!event.defaultPrevented && event.target.matches("[data-quiet]")) this.#send(event);
    });
  }

  /** Draw the parts anew in a moment; several changes at once are one. */
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  async now() {
    const turn = ++this.turn;
    const response = await fetch(location.href.split("#")[0]).catch(() => null);
    const html = response?.ok && !response.redirected ? await response.text() : "";
    // A page that was asked for before something else was sent, or asked for, is an old one.
    if (html && turn === this.turn) this.#draw(html);
  }

  async #send(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    // Pressed twice it is sent once; a button that is disabled would lose the keyboard.
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const body = new FormData(form, submitter);
    const turn = ++this.turn;
    const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
    const html = await response?.text();
    form.ariaBusy = null;
    if (!response) this.#tell(this.failed);
    else if (turn !== this.turn) this.now();
    // Signed out meanwhile, or refused on a page without these parts: that page says why.
    else if (!this.#draw(html, submitter)) location.reload();
  }

  #tell(problem) {
    const notice = document.createElement("p");
    notice.className = "field__error";
    sayProblem(notice, problem);
    document.querySelector(".messages").replaceChildren(notice);
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
