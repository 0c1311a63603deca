/*
 * Shows in an open form what others saved meanwhile, without disturbing whoever types: autosave.js hands it the answer.
 *
 *   {"merged": [{name, control, value}], "conflicts": [{name, control, label, stored, value, by, at}]}
 *
 * A merged value is written into its control unless the person is in it or has changed it since; a conflict gets a choice
 * next to its field. What is not shown yet is posted as seen=name:version, so that the server never takes it for read.
 */

/** control → its values as one text, from [control, value] pairs; files are left out. */
export function snapshot(entries) {
  const found = new Map();
  for (const [control, value] of entries) {
    if (typeof value === "string") found.set(control, `${found.get(control) ?? ""}\u0000${value}`);
  }
  return found;
}

/** Which merged values may be shown now, and which have to wait: {shown: [entry], waiting: [entry]}. */
export function plan(merged, sent, present, focused) {
  const isFree = ({ control, value }) =>
    value !== null && control !== focused && sent.get(control) === present.get(control);
  return { shown: merged.filter(isFree), waiting: merged.filter((entry) => !isFree(entry)) };
}

/** The seen= values to post next: each unshown name at the version the person last saw it. */
export function seenValues(names, before, version) {
  const known = new Map(before.map((each) => [each.slice(0, each.lastIndexOf(":")), each]));
  return names.map((name) => known.get(name) ?? `${name}:${version}`);
}

/** Put a value into its control or controls; false when there is none that could hold it. */
export function write(form, name, value) {
  if (value === null) return false;
  const wanted = Array.isArray(value) ? value : [value];
  const controls = [...form.elements].filter((control) => control.name === name);
  for (const control of controls) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = wanted.includes(control.value);
    else control.value = wanted[0] ?? "";
    // Counters read the control; the form itself must not take this for typing.
    control.dispatchEvent(new Event("input"));
  }
  return controls.length > 0;
}

export function readSeen(form) {
  return [...form.querySelectorAll('input[name="seen"]')].map((input) => input.value);
}

export function writeSeen(form, values) {
  for (const input of form.querySelectorAll('input[name="seen"]')) input.remove();
  for (const value of values) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value });
    form.append(input);
  }
}

function forget(form, name) {
  writeSeen(form, readSeen(form).filter((each) => each.slice(0, each.lastIndexOf(":")) !== name));
}

function place(form, control) {
  const element = [...form.elements].find((each) => each.name === control || each.name.startsWith(`${control}-`));
  return element?.closest(".field") ?? form.querySelector("[data-save-state]");
}

function draw(form, conflict, decided) {
  const template = form.querySelector("template[data-conflict]");
  if (!template) return;
  const box = template.content.firstElementChild.cloneNode(true);
  box.dataset.conflictOf = conflict.name;
  box.dataset.stored = conflict.stored;
  const said = box.querySelector("[data-conflict-said]");
  said.textContent = said.textContent.replace("{label}", conflict.label).replace("{by}", conflict.by || "—").replace("{at}", conflict.at);
  const text = box.querySelector("[data-conflict-text]");
  if (conflict.stored) text.textContent = conflict.stored;
  box.querySelector('[data-choose="mine"]').addEventListener("click", () => {
    forget(form, conflict.name);
    box.remove();
    decided();
  });
  box.querySelector('[data-choose="theirs"]').addEventListener("click", () => {
    forget(form, conflict.name);
    box.remove();
    // A table is drawn by the server; everything else on the page is saved, so opening it again loses nothing.
    if (!write(form, conflict.control, conflict.value)) {
      form.dataset.unsaved = "false";
      location.reload();
    } else decided();
  });
  place(form, conflict.control)?.after(box);
}

/** Take in one answer of the server; sent is the snapshot that was posted. Returns whether a choice is still open. */
export function takeIn(form, { merged = [], conflicts = [] }, { sent, version, decided }) {
  const present = snapshot(new FormData(form));
  const { shown, waiting } = plan(merged, sent, present, document.activeElement?.name);
  for (const { control, value } of shown) write(form, control, value);
  const unseen = [...waiting, ...conflicts].map(({ name }) => name);
  writeSeen(form, seenValues(unseen, readSeen(form), version));
  for (const box of form.querySelectorAll("[data-conflict-of]")) {
    const still = conflicts.find(({ name }) => name === box.dataset.conflictOf);
    if (still?.stored !== box.dataset.stored) box.remove();
  }
  for (const conflict of conflicts) {
    if (!form.querySelector(`[data-conflict-of="${CSS.escape(conflict.name)}"]`)) draw(form, conflict, decided);
  }
  return conflicts.length > 0;
}
