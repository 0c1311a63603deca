/*
 * Leaves nothing of whoever signs out on this browser: city halls share terminals. Pages in other tabs hear of it by their
 * storage, which is emptied under them.
 *
 *   <form method="post" action="/accounts/logout/" data-behaviour="sign-out">…</form>
 */

export function attach(form) {
  form.addEventListener("submit", () => {
    try {
      localStorage.clear();
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  });
}
