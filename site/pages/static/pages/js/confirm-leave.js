/*
 * Asks before leaving a page whose form holds something typed and not sent. Autosave clears the mark once it has saved.
 *
 *   <form data-behaviour="confirm-leave autosave" …>
 */

export function attach(form) {
  const leave = (event) => {
    if (form.dataset.unsaved === "true") event.preventDefault();
  };
  form.addEventListener("input", () => {
    form.dataset.unsaved = "true";
  });
  form.addEventListener("submit", () => {
    form.dataset.unsaved = "false";
  });
  window.addEventListener("beforeunload", leave);
}
