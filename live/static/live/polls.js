/*
 * Polls on the participants' page: replies without a reload, results as they change, polls that open meanwhile.
 * Frames of the room arrive as "room:frame" events of the document (see client.js); without a script everything is a plain form.
 *
 *   const polls = new Polls(section, { words, polls: snapshot.polls, phase: "live", outbox, give });
 *   polls.answered(ack); polls.setPhase("closed");                 // give(op, a) is client.give
 *
 *   <section data-polls> <ul data-poll-list> <li data-poll="…" data-kind="single"> <form data-reply> … </form>
 *     <div data-results>…</div> </li> </ul> <template data-poll-blank="single">…</template> </section>
 */

import { inOrder, part, sayProblem, write } from "./page.js";
import { isAsking } from "./reducer.js";
import { drawResults } from "./results.js";

/** What a form says of a poll, as the command wants it; empty choices and words are left out. */
export function replyOf(kind, values) {
  const given = values.filter((value) => value.trim() !== "");
  return isWritten(kind) ? given : given.map(Number);
}

const isWritten = (kind) => kind === "text" || kind === "words";

/** Which public polls to add, and which elements have nothing to show any more: {added: [poll], gone: [id]}. */
export function difference(present, polls) {
  const ids = new Set(polls.map(({ id }) => id));
  return { added: polls.filter(({ id }) => !present.includes(id)), gone: present.filter((id) => !ids.has(id)) };
}

export class Polls {
  constructor(section, { words, polls, phase, outbox, give }) {
    Object.assign(this, { section, words, phase, outbox, give });
    this.list = section.querySelector("[data-poll-list]");
    this.jump = document.querySelector("[data-jump-ask]");
    this.polls = new Map(polls.map((poll) => [poll.id, poll]));
    this.list.addEventListener("submit", (event) => this.reply(event));
    this.list.addEventListener("input", ({ target }) => this.keep(target.closest("[data-reply]")));
    document.addEventListener("room:frame", ({ detail }) => this.hear(detail));
    for (const item of this.list.children) this.restore(item);
    this.renderWaiting();
    this.place();
  }

  hear(frame) {
    if (Array.isArray(frame.polls)) this.show(frame.polls);
    // A counts frame calls it p, the answer of /events results.
    for (const [id, results] of Object.entries(frame.p ?? frame.results ?? {})) this.draw(id, results);
  }

  setPhase(phase) {
    this.phase = phase;
    for (const item of this.list.children) this.refresh(item);
  }

  show(polls) {
    const items = [...this.list.children];
    const { added, gone } = difference(items.map((item) => item.dataset.poll), polls);
    for (const id of gone) this.close(this.item(id));
    for (const poll of polls) this.polls.set(poll.id, poll);
    for (const poll of added) this.add(poll);
    for (const item of this.list.children) this.refresh(item);
    this.order(polls);
    this.place();
    const summary = this.section.querySelector("[data-polls-summary]");
    if (added.some(({ state }) => state === "open")) summary.textContent = summary.dataset.one;
  }

  /** A poll that nobody sees any more goes, but not with what somebody was writing. */
  close(item) {
    const id = item.dataset.poll;
    if (isWritten(item.dataset.kind) && this.outbox.kept(draftOf(id))) {
      this.polls.set(id, { ...this.polls.get(id), id, kind: item.dataset.kind, state: "closed", results: null });
    } else {
      item.remove();
    }
  }

  /** As after a reload; whoever is in the list finds it where it was. */
  order(polls) {
    if (this.list.contains(document.activeElement)) return;
    inOrder(this.list, polls.map(({ id }) => this.item(id)).filter(Boolean));
  }

  /** What is asked now stands above the form of questions; whoever is writing there is not moved. */
  place() {
    this.section.hidden = this.list.children.length === 0;
    const stage = document.querySelector(".on-stage");
    const isWriting = document.activeElement?.matches("input, textarea, select");
    const isAsked = [...this.polls.values()].some(({ id, state }) => state === "open" && this.item(id));
    if (stage.nextElementSibling !== this.section && !isWriting && isAsked) stage.after(this.section);
    const canAsk = document.querySelector("[data-ask]") !== null;
    this.jump.hidden = !canAsk || this.section.hidden || stage.nextElementSibling !== this.section;
  }

  add(poll) {
    const blank = this.section.querySelector(`template[data-poll-blank="${CSS.escape(poll.kind)}"]`);
    if (!blank) return;
    const item = blank.content.firstElementChild.cloneNode(true);
    item.dataset.poll = poll.id;
    item.id = `poll-${poll.id}`;
    this.fillOptions(item, poll);
    const form = item.querySelector("[data-reply]");
    if (form) form.elements.namedItem("poll").value = poll.id;
    for (const name of ["prompt", "prompt-text"]) if (part(item, name)) part(item, name).textContent = poll.prompt;
    const most = part(item, "max");
    if (most) most.textContent = most.textContent.replace(/\d+/, String(poll.max));
    write(item, "vendor", poll.vendor ?? "");
    this.list.append(item);
    this.restore(item);
  }

  fillOptions(item, poll) {
    const choice = item.querySelector("[data-option]");
    if (choice) {
      poll.options.forEach((label, place) => {
        const copy = choice.cloneNode(true);
        copy.querySelector("input").value = String(place);
        copy.querySelector("span").textContent = label;
        choice.before(copy);
      });
      choice.remove();
    }
    const rank = item.querySelector("[data-rank]");
    if (rank) {
      const [none] = rank.querySelectorAll("option");
      rank.querySelector("select").replaceChildren(none, ...poll.options.map((label, place) => new Option(label, String(place))));
      poll.options.forEach((_label, place) => {
        const copy = rank.cloneNode(true);
        const words = copy.querySelector("span");
        words.textContent = words.textContent.replace(/\d+/, String(place + 1));
        rank.before(copy);
      });
      rank.remove();
    }
  }

  refresh(item) {
    const poll = this.polls.get(item.dataset.poll);
    if (!poll) return;
    const form = item.querySelector("[data-reply]");
    const isAsked = poll.state === "open" && isAsking(this.phase);
    const isOpen = isAsked && form !== null;
    if (form) form.hidden = !isOpen;
    part(item, "prompt-alone").hidden = isOpen;
    part(item, "closed").hidden = isAsked;
    part(item, "no-results").hidden = isAsked || Boolean(poll.results);
    const note = part(item, "note");
    if (note) note.hidden = !isOpen;
    const begun = isOpen || !isWritten(poll.kind) ? [] : this.outbox.kept(draftOf(poll.id)) || [];
    part(item, "kept").hidden = begun.length === 0;
    part(item, "kept-text").textContent = begun.filter(Boolean).join("、");
    this.draw(poll.id, poll.results);
  }

  draw(id, results) {
    const item = this.item(id);
    const poll = this.polls.get(id);
    if (!item || !poll) return;
    this.polls.set(id, { ...poll, results });
    drawResults(item, poll, results, this.words.poll_count);
    if (results) part(item, "no-results").hidden = true;
  }

  item(id) {
    return this.list.querySelector(`[data-poll="${CSS.escape(id)}"]`);
  }

  // --- Replies ----------------------------------------------------------------------------------------------------

  reply(event) {
    const form = event.target.closest("[data-reply]");
    if (!form) return;
    event.preventDefault();
    const { poll: id, kind } = form.closest("[data-poll]").dataset;
    const value = replyOf(kind, valuesOf(form));
    if (value.length === 0) {
      this.tell(form, isWritten(kind) ? this.words.poll_empty : this.words.poll_choose);
      form.querySelector("input:not([type=hidden]), textarea, select").focus();
      return;
    }
    this.tell(form, "");
    part(form, "told").textContent = this.words.sending;
    this.give("poll.reply", { poll: id, value });
  }

  answered(ack) {
    const item = this.item(ack.a.poll);
    const form = item?.querySelector("[data-reply]");
    // What was written and refused is still there to be mended.
    if (ack.ok) this.outbox.keep(draftOf(ack.a.poll), "");
    if (!form) return;
    part(form, "told").textContent = ack.ok ? this.words.poll_done : "";
    if (ack.ok) form.querySelector("button").textContent = this.words.poll_change;
    this.tell(form, ack.ok ? "" : ack.m);
    this.refresh(item);
  }

  /** Another tab had a reply answered. */
  answeredElsewhere(id) {
    const form = this.item(id)?.querySelector("[data-reply]");
    if (form) part(form, "told").textContent = "";
  }

  /** Replies that were given before the page was opened anew, and are still on their way. */
  renderWaiting() {
    for (const { a } of this.outbox.commands.filter(({ op }) => op === "poll.reply")) {
      const form = this.item(a.poll)?.querySelector("[data-reply]");
      if (form) part(form, "told").textContent = this.words.sending;
    }
  }

  tell(form, problem) {
    sayProblem(part(form, "problem"), problem);
  }

  keep(form) {
    if (!form) return;
    this.tell(form, "");
    part(form, "told").textContent = "";
    const values = valuesOf(form);
    this.outbox.keep(draftOf(form.closest("[data-poll]").dataset.poll), values.some((value) => value.trim()) ? values : "");
  }

  /** What was begun before the page was opened anew stands in the form again. */
  restore(item) {
    const form = item.querySelector("[data-reply]");
    const values = this.outbox.kept(draftOf(item.dataset.poll));
    // What the server sent back is newer.
    if (!form || !Array.isArray(values) || !part(form, "problem").hidden) return;
    fieldsOf(form).forEach((field, place) => {
      if (field.matches("[type=radio], [type=checkbox]")) field.checked = values.includes(field.value);
      else field.value = values[place] ?? "";
    });
  }
}

const draftOf = (id) => `poll:${id}`;
const valuesOf = (form) => new FormData(form).getAll("value");
const fieldsOf = (form) => [...form.elements].filter(({ name }) => name === "value");
