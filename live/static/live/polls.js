/*
 * Polls and reactions on the participants' page: replies without a reload, results as they change, polls that open meanwhile.
 * Frames of the room arrive as "room:frame" events of the document (see client.js); without them everything is a plain form.
 *
 *   <section data-polls> <ul data-poll-list> <li data-poll="…" data-kind="single"> <form data-reply> … </form>
 *     <div data-results>…</div> </li> </ul> <template data-poll-blank="single">…</template> </section>
 *   <form data-react> <input name="slot"> <input name="label"> <input name="on"> <button aria-pressed="false">
 */

const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A fresh id for one command. */
export function newId(random = crypto.getRandomValues(new Uint8Array(16))) {
  return Array.from(random, (byte) => ID_LETTERS[byte % 64]).join("");
}

/** What a form says of a poll, as the command wants it; empty choices and words are left out. */
export function replyOf(kind, values) {
  const given = values.filter((value) => value.trim() !== "");
  return kind === "text" || kind === "words" ? given : given.map(Number);
}

/** The bars of results: [label, count, most] each; ratings are labelled by themselves. */
export function barsOf(poll, results) {
  const labels = poll.kind === "rating" ? ["1", "2", "3", "4", "5"] : poll.options;
  const counts = results.o ?? [];
  const most = Math.max(1, ...counts);
  return counts.map((count, place) => [labels[place] ?? "", count, most]);
}

/** Which public polls to add, and which elements have nothing to show any more: {added: [poll], gone: [id]}. */
export function difference(present, polls) {
  const ids = new Set(polls.map(({ id }) => id));
  return { added: polls.filter(({ id }) => !present.includes(id)), gone: present.filter((id) => !ids.has(id)) };
}

function part(item, name) {
  return item.querySelector(`[data-part="${name}"]`);
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
  part(item, "bars").replaceChildren(...barsOf(poll, results).map(([label, many, most]) => {
    const line = element("li", null);
    const bar = Object.assign(document.createElement("progress"), { value: many, max: most });
    bar.setAttribute("aria-hidden", "true");
    line.append(element("span", label), bar, element("span", String(many), "numeral"));
    return line;
  }));
  part(item, "words").replaceChildren(...(results.w ?? []).map(([text, many]) => {
    const line = element("li", text);
    if (poll.kind === "words") line.append(" ", element("span", String(many), "numeral"));
    return line;
  }));
}

class Polls {
  constructor(section, root) {
    this.section = section;
    this.list = section.querySelector("[data-poll-list]");
    this.words = this.list.dataset;
    this.base = root.dataset.base;
    this.polls = new Map();
    this.list.addEventListener("submit", (event) => this.reply(event));
    document.addEventListener("room:frame", ({ detail }) => this.hear(detail));
  }

  hear(frame) {
    if (frame.t === "ev" && frame.k === "polls.changed") this.show(frame.polls);
    else if (Array.isArray(frame.polls)) this.show(frame.polls);
    // A counts frame calls it p, the answer of /events results.
    for (const [id, results] of Object.entries(frame.p ?? frame.results ?? {})) this.draw(id, results);
  }

  show(polls) {
    const items = [...this.list.children];
    const { added, gone } = difference(items.map((item) => item.dataset.poll), polls);
    for (const item of items) if (gone.includes(item.dataset.poll)) item.remove();
    for (const poll of polls) this.polls.set(poll.id, poll);
    for (const poll of added) this.add(poll);
    for (const poll of polls) this.refresh(poll);
    this.section.hidden = this.list.children.length === 0;
    // What is asked now stands above the form of questions; whoever is writing there is not moved.
    const stage = document.querySelector(".on-stage");
    const isFirst = stage?.nextElementSibling === this.section;
    const isWriting = document.activeElement?.matches("input, textarea, select");
    if (stage && !isFirst && !isWriting && polls.some(({ state }) => state === "open")) stage.after(this.section);
    const summary = this.section.querySelector("[data-polls-summary]");
    if (added.some(({ state }) => state === "open")) summary.textContent = summary.dataset.one;
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
    for (const name of ["prompt", "prompt-alone"]) if (part(item, name)) part(item, name).textContent = poll.prompt;
    const most = part(item, "max");
    if (most) most.textContent = most.textContent.replace(/\d+/, String(poll.max));
    part(item, "vendor").textContent = poll.vendor ?? "";
    part(item, "vendor").hidden = !poll.vendor;
    if (poll.state === "open") this.list.prepend(item);
    else this.list.append(item);
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

  refresh(poll) {
    const item = this.item(poll.id);
    if (!item) return;
    const form = item.querySelector("[data-reply]");
    const isOpen = poll.state === "open" && form !== null;
    if (form) form.hidden = !isOpen;
    part(item, "prompt-alone").hidden = isOpen;
    this.draw(poll.id, poll.results);
  }

  draw(id, results) {
    const item = this.item(id);
    if (!item) return;
    const poll = this.polls.get(id) ?? { kind: item.dataset.kind, options: this.labels(item) };
    drawResults(item, poll, results, this.words.wordsCount);
  }

  item(id) {
    return this.list.querySelector(`[data-poll="${CSS.escape(id)}"]`);
  }

  /** The labels the server drew, for a poll no frame has told of yet. */
  labels(item) {
    const choices = [...item.querySelectorAll("[data-option] span")].map(({ textContent }) => textContent);
    const ranks = [...(item.querySelector("[data-rank] select")?.options ?? [])].slice(1).map(({ text }) => text);
    const drawn = [...item.querySelectorAll('[data-part="bars"] li > span:first-child')].map(({ textContent }) => textContent);
    return [choices, ranks, drawn].find((found) => found.length > 0) ?? [];
  }

  async reply(event) {
    const form = event.target.closest("[data-reply]");
    if (!form) return;
    event.preventDefault();
    const item = form.closest("[data-poll]");
    const values = new FormData(form).getAll("value");
    const told = part(item, "told");
    told.textContent = this.words.wordsSending;
    const answer = await send(this.base, form, "poll.reply", { poll: item.dataset.poll, value: replyOf(item.dataset.kind, values) });
    told.textContent = answer.ok ? this.words.wordsDone : "";
    const problem = part(item, "problem");
    problem.hidden = answer.ok === true;
    problem.textContent = answer.ok ? "" : `＊${answer.m ?? this.words.wordsFailed}`;
  }
}

/** Send one command; what cannot be sent is answered with {ok: false}. */
async function send(base, form, op, a) {
  const token = form.elements.namedItem("csrfmiddlewaretoken").value;
  try {
    const response = await fetch(`${base}commands`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ t: "cmd", id: newId(), op, a }),
    });
    return response.ok ? await response.json() : { ok: false };
  } catch {
    return { ok: false };
  }
}

async function react(root, event) {
  const form = event.target.closest("[data-react]");
  if (!form) return;
  event.preventDefault();
  const { slot, label, on } = Object.fromEntries(new FormData(form));
  const answer = await send(root.dataset.base, form, "reaction.set", { slot, label, on: on === "1" });
  if (!answer.ok) {
    form.submit();
    return;
  }
  form.querySelector("button").setAttribute("aria-pressed", String(answer.r.on));
  form.elements.namedItem("on").value = answer.r.on ? "0" : "1";
}

if (typeof document !== "undefined") {
  const root = document.querySelector("[data-room]");
  const section = document.querySelector("[data-polls]");
  if (root && section) new Polls(section, root);
  if (root) root.addEventListener("submit", (event) => react(root, event));
}
