/*
 * Parts of a page that the server draws anew, and forms in it that are sent without leaving the page.
 *
 *   const fresh = new Fresh({ failed: "送信できませんでした。" });
 *   fresh.soon();                                  // something that the parts tell of has changed
 *
 *   <div id="…" data-fresh> … <form method="post" data-quiet> … </form> … </div>
 *
 * What somebody is writing or choosing in stays as it is until they leave it.
 */

const PAUSE_MS = 100;

export class Fresh {
  constructor({ failed }) {
    this.failed = failed;
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
    const response = await fetch(location.href.split("#")[0]).catch(() => null);
    if (response?.ok && !response.redirected) this.#draw(await response.text());
  }

  async #send(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    const body = new FormData(form, submitter);
    submitter.setAttribute("aria-busy", "true");
    submitter.disabled = true;
    const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
    submitter.disabled = false;
    submitter.removeAttribute("aria-busy");
    // Signed out meanwhile, or refused for another reason that has no page with the parts: the whole page says it.
    if (response && !this.#draw(await response.text(), submitter)) location.reload();
    if (!response) this.#tell(this.failed);
  }

  #tell(problem) {
    const said = document.querySelector(".messages");
    const notice = document.createElement("p");
    notice.className = "field__error";
    notice.textContent = `＊${problem}`;
    said.replaceChildren(notice);
  }

  /** Put in what the page says now; whether it is a page with these parts. */
  #draw(html, pressed = null) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const parts = [...document.querySelectorAll("[data-fresh]")];
    for (const part of parts) {
      const drawn = page.getElementById(part.id);
      if (!drawn || isBusy(part)) continue;
      const had = part.contains(document.activeElement) || part.contains(pressed) ? document.activeElement : null;
      const { name, value } = pressed && part.contains(pressed) ? pressed : (had ?? {});
      const open = new Set([...part.querySelectorAll("details[open][id]")].map(({ id }) => id));
      part.replaceChildren(...drawn.childNodes);
      for (const details of part.querySelectorAll("details[id]")) if (open.has(details.id)) details.open = true;
      if (had) focusAgain(part, name, value);
    }
    return parts.some(({ id }) => page.getElementById(id));
  }
}

/** Whether somebody writes or chooses in it. */
function isBusy(part) {
  const { activeElement: field } = document;
  return part.contains(field) && field.matches("input:not([type=checkbox]), textarea, select");
}

/** Where the pressed button is no more, the keyboard goes on with the first one of its part. */
function focusAgain(part, name, value) {
  const buttons = [...part.querySelectorAll("button")];
  const twin = name ? buttons.find((button) => button.name === name && button.value === value) : null;
  (twin ?? buttons[0])?.focus({ preventScroll: true });
}
