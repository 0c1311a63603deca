/*
 * Shows part of a form only while a choice is made, as the server decides too when the form arrives. Without script the
 * part is always shown. What is hidden keeps its values: the server ignores answers that do not apply.
 *
 *   <div data-behaviour="disclosure" data-disclosure-name="handles_personal_data" data-disclosure-values="yes partly">…</div>
 */

/** The values of a field chosen at present; several for checkboxes. */
export function chosen(form, name) {
  return new FormData(form).getAll(name).map(String);
}

export function attach(part) {
  const form = part.closest("form");
  if (!form) return;
  const wanted = part.dataset.disclosureValues.split(/\s+/);
  const show = () => {
    part.hidden = !chosen(form, part.dataset.disclosureName).some((value) => wanted.includes(value));
  };
  form.addEventListener("change", show);
  show();
}
