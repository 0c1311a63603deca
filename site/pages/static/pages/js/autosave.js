/*
 * A form that saves itself: 2 s after the last key, never while an input method is composing. Until the server has said
 * "saved", what was typed also stays in this browser, and comes back when the page is opened again.
 *
 *   <form data-behaviour="autosave" data-autosave-url="/mypage/proposals/…/autosave/" method="post" …>
 *     <input type="hidden" name="version" value="7"> … {% include "components/save_state.html" %}
 *   </form>
 *
 * The form posts its fields (files excepted). The server answers 200 {"version": 8, "saved_at": "10:32"} with what others
 * saved meanwhile (see merge.js), 410 {"message"} when nothing more can be saved here, with {"label", "text"} where another
 * text stands instead, or 409 when it cannot merge. A 422 {"errors"} names what it cannot read; with a version, everything else is saved. Anything else is "not saved" and is tried again. Nothing is sent while the page is being left: that save
 * could pass the next page on its way and make the form contradict itself.
 */

import { readSeen, snapshot, takeIn, writeSeen } from "./merge.js";

export const WAIT_MS = 2000;
const RETRY_MS = 10_000;
const KEPT_FOR_MS = 14 * 24 * 3600 * 1000;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "version", "seen"]);

/** The typed values of a form as [name, value] pairs, without files and without what only the server needs. */
export function typedValues(entries) {
  return [...entries].filter(([name, value]) => typeof value === "string" && !NEVER_KEPT.has(name));
}

/** What to do with values kept by an earlier visit: "none", "restore" at once, or "offer" them. */
export function verdict(kept, version, present, now) {
  if (!kept || now - kept.at > KEPT_FOR_MS) return "none";
  if (JSON.stringify(kept.values) === JSON.stringify(present)) return "none";
  return kept.version === version ? "restore" : "offer";
}

/** Whether a form holds anything else than the server sent: on a slow line people type before this script is there. */
export function isTouched(controls) {
  return [...controls].some((control) => {
    if (!control.name || NEVER_KEPT.has(control.name) || ["file", "hidden"].includes(control.type)) return false;
    if (control.options) return isChosen([...control.options]);
    if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
    return "defaultValue" in control && control.value !== control.defaultValue;
  });
}

/** Where the server chose no option, a browser shows the first. */
function isChosen(options) {
  const usual = options.filter(({ defaultSelected }) => defaultSelected);
  const chosen = options.filter(({ selected }) => selected);
  return usual.length === 0 ? chosen.some((option) => option !== options[0]) : chosen.some((option) => !usual.includes(option));
}

/** The text that stands instead of what was typed. */
function instead(label, text) {
  const box = Object.assign(document.createElement("div"), { className: "conflict-note" });
  for (const [className, textContent] of [["small muted", label], ["conflict__text keep-lines", text]]) {
    box.append(Object.assign(document.createElement("p"), { className, textContent }));
  }
  return box;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.key = `autosave:${form.dataset.autosaveUrl}`;
    this.line = form.querySelector("[data-save-state]");
    this.isComposing = false;
    this.isSending = false;
    this.isChanged = false;
    this.isClosed = false;
  }

  get version() {
    return this.form.elements.namedItem("version")?.value ?? "";
  }

  say(state, more = "") {
    if (!this.line) return;
    this.line.dataset.state = state;
    this.line.textContent = [this.line.dataset[state], more].filter(Boolean).join(" ");
  }

  start() {
    const { form } = this;
    form.addEventListener("compositionstart", () => { this.isComposing = true; });
    form.addEventListener("compositionend", () => { this.isComposing = false; this.changed(); });
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", () => clearTimeout(this.timer));
    window.addEventListener("online", () => this.isChanged && this.send());
    this.recover();
  }

  changed() {
    this.isChanged = true;
    this.form.dataset.unsaved = "true";
    this.keep();
    if (!this.isClosed) this.later(WAIT_MS);
  }

  later(wait) {
    clearTimeout(this.timer);
    if (!this.isComposing) this.timer = setTimeout(() => this.send(), wait);
  }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    this.isChanged = false;
    this.say("saving");
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    const sent = { sent: snapshot(body), version: this.version, decided: () => this.changed() };
    try {
      const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
      const response = await fetch(this.form.dataset.autosaveUrl, { method: "POST", body, headers });
      if (response.status === 409) this.say("conflict");
      else if (response.status === 410) this.closed(await response.json());
      else if (response.status === 422) this.refused(await response.json(), sent);
      else if (!response.ok || response.redirected) throw new Error(String(response.status));
      else this.saved(await response.json(), sent);
    } catch {
      this.isChanged = true;
      this.say("failed");
      this.later(RETRY_MS);
    } finally {
      this.isSending = false;
      if (this.isChanged && !this.isClosed && this.line?.dataset.state !== "failed") this.later(WAIT_MS);
    }
  }

  /**
   * Say which fields the server does not take, and mark them; nothing is sent again before something changes. Of the rest
   * it may have said that it is saved: then only the refused texts are kept here, on the version that now stands.
   */
  refused({ errors = {}, version, saved_at: _savedAt, ...others }, sent) {
    this.unmark();
    if (version !== undefined) {
      this.moveOn(version);
      takeIn(this.form, others, sent);
      this.keep();
    }
    const named = Object.entries(errors).map(([name, [text]]) => {
      const control = this.form.elements.namedItem(name);
      if (control instanceof Element) control.setAttribute("aria-invalid", "true");
      const label = control?.id ? this.form.querySelector(`label[for="${CSS.escape(control.id)}"]`) : null;
      const words = label?.firstChild?.textContent.trim();
      return words ? `「${words}」${text}` : text;
    });
    this.say(version === undefined ? "failed" : "partly", named.join(" "));
  }

  /** Nothing more can be saved here, and the server says why; sending it again changes nothing. */
  closed({ message, label, text }) {
    this.isClosed = true;
    this.form.dataset.unsaved = "false";
    this.say("closed", message);
    for (const box of this.form.querySelectorAll("[data-conflict-of]")) box.remove();
    if (text) this.line?.closest("p")?.after(instead(label, text));
  }

  saved({ version, saved_at, ...others }, sent) {
    this.unmark();
    this.moveOn(version);
    if (takeIn(this.form, others, sent)) return this.say("conflict", saved_at);
    if (this.isChanged) return undefined;
    this.form.dataset.unsaved = "false";
    this.forget();
    return this.say("saved", saved_at);
  }

  unmark() {
    for (const control of this.form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  }

  moveOn(version) {
    const field = this.form.elements.namedItem("version");
    if (field) field.value = String(version);
  }

  keep() {
    const values = typedValues(new FormData(this.form));
    // A browser that refuses storage (private mode, full disk) still saves to the server.
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, seen: readSeen(this.form), values, at: Date.now() }));
    } catch { /* nothing to keep it in */ }
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch { /* nothing was kept */ }
  }

  recover() {
    const kept = this.kept();
    const decision = verdict(kept, this.version, typedValues(new FormData(this.form)), Date.now());
    if (decision === "none") {
      this.forget();
      return isTouched(this.form.elements) ? this.changed() : undefined;
    }
    if (decision === "restore") return this.restore(kept);
    const button = this.form.querySelector("[data-save-restore]");
    this.say("kept");
    if (!button) return undefined;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.hidden = true;
      this.restore(kept);
    });
    return undefined;
  }

  /** Bring back what was typed, on the version it was typed on: the server merges it with what is newer. */
  restore({ values, version, seen = [] }) {
    const field = this.form.elements.namedItem("version");
    if (field) field.value = version;
    // A choice that was still open when the page was left is open again.
    writeSeen(this.form, seen);
    for (const control of this.form.elements) {
      if (!control.name || NEVER_KEPT.has(control.name) || control.type === "file") continue;
      const given = values.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = given.includes(control.value);
      else if (control.multiple) for (const option of control.options) option.selected = given.includes(option.value);
      else if (given.length) control.value = given[0];
    }
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
    this.changed();
  }
}

export function attach(form) {
  new Autosave(form).start();
}
