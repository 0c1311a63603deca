/*
 * Copies a text to the clipboard and says so. Stays hidden where the browser has no clipboard.
 *
 *   <button type="button" class="button button--small button--secondary" hidden
 *           data-behaviour="copy" data-copy-from="receipt" data-copy-done="コピーしました">コピー</button>
 */

export function attach(button) {
  const source = document.getElementById(button.dataset.copyFrom);
  if (!source || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    button.textContent = button.dataset.copyDone;
  });
}
