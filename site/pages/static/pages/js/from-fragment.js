/*
 * Puts what stands behind the # of the address into a field, and takes it out of the address: a link in a mail can bring a
 * code that way without any server, log or other site reading it. Without this module the person pastes the code.
 *
 *   <form data-behaviour="from-fragment" data-from-fragment="id_token">…<input id="id_token">…</form>
 */

/** The code in a location's hash, or "" when what stands there is none. */
export function codeIn(hash) {
  const code = hash.replace(/^#/, "");
  return /^[A-Za-z0-9_-]{20,100}$/.test(code) ? code : "";
}

export function attach(form) {
  const field = document.getElementById(form.dataset.fromFragment);
  const code = codeIn(window.location.hash);
  if (!field || !code) return;
  field.value = code;
  window.history.replaceState(null, "", window.location.pathname);
}
