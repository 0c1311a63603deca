/*
 * The screening desk: one requirement is saved without the page being loaded anew, so that text under the others stays.
 *
 *   <form id="judgements" method="post"> <section data-desk="R1" id="desk-R1"> … <button name="judge" value="R1">
 *
 * The server answers with the page as it would without this module; the section it is about is taken out of it and put
 * in place. 422 and 409 come the same way, with their errors. Keys: see keys.js.
 */

import { areOff, deskAction, explain, moved } from "./keys.js";

const page = document.querySelector("[data-desks]");
const form = page.querySelector("#judgements");
const said = page.querySelector("[data-said]");
const desks = () => [...page.querySelectorAll("[data-desk]")];
const help = explain(page);

/** What a post of one desk carries: its own fields and the token, nothing typed elsewhere. */
function fieldsOf(desk) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of new FormData(form)) if (name.startsWith(`${desk}-`)) body.append(name, value);
  body.append("judge", desk);
  return body;
}

/** Whether something stands in a field that was not there when it was drawn. */
function isChanged(field) {
  return ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function say(text) {
  said.textContent = text;
}

async function save(desk) {
  const section = page.querySelector(`#desk-${desk}`);
  const button = section.querySelector("[name=judge]");
  if (!button || button.disabled) return;
  button.disabled = true;
  form.dataset.unsaved = "true";
  say(said.dataset.saving);
  try {
    const answer = await fetch(form.action, { method: "POST", body: fieldsOf(desk), headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok && ![409, 422].includes(answer.status)) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    put(fresh, `#desk-${desk}`);
    for (const part of ["#admit", "#state", "#draft"]) put(fresh, part);
    const focus = page.querySelector(answer.ok ? `#desk-${desk}` : `#desk-${desk} .error-message`);
    focus?.setAttribute("tabindex", "-1");
    focus?.focus();
    say(answer.ok ? said.dataset.saved : (focus?.textContent ?? ""));
  } catch {
    button.disabled = false;
    say(said.dataset.failed);
  }
  form.dataset.unsaved = String([...form.elements].some((field) => field.name && isChanged(field)));
}

function put(fresh, selector) {
  const [old, now] = [page.querySelector(selector), fresh.querySelector(selector)];
  if (old && now) old.replaceWith(document.adoptNode(now));
}

form?.addEventListener("submit", (event) => {
  if (event.submitter?.name !== "judge") return;
  event.preventDefault();
  save(event.submitter.value);
});

// --- Keys -----------------------------------------------------------------------------------------------------------

function current() {
  const inside = desks().findIndex((desk) => desk.contains(document.activeElement));
  return inside >= 0 ? inside : desks().findIndex((desk) => `#${desk.id}` === window.location.hash);
}

function go(index) {
  const desk = desks()[index];
  desk?.focus({ preventScroll: true });
  desk?.scrollIntoView({ block: "start" });
}

const follow = (selector) => page.querySelector(selector)?.click();
const does = {
  desk: (key) => go(desks().findIndex((desk) => desk.dataset.desk === key)),
  nextDesk: () => go(moved(current(), 1, desks().length)),
  previousDesk: () => go(moved(current(), -1, desks().length)),
  status: (status) => desks()[current()]?.querySelector(`[name$="-status"][value="${status}"]`)?.click(),
  reason: () => desks()[current()]?.querySelector('[name$="-reason"]')?.focus(),
  save: () => current() >= 0 && save(desks()[current()].dataset.desk),
  next: () => follow("[data-next]"),
  previous: () => follow("[data-previous]"),
  board: () => follow("[data-back]"),
  help: () => help(),
};

document.addEventListener("keydown", (event) => {
  const action = deskAction(event);
  if (!action || (areOff(window.localStorage) && action.name !== "help")) return;
  event.preventDefault();
  does[action.name](action.value);
});
