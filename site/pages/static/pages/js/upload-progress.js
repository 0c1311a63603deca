/*
 * Sends a form with files and shows how far it has come. The server's answer is shown as if the form had been posted
 * plainly: a redirect is followed, a page with errors takes the place of this one.
 *
 *   <form method="post" enctype="multipart/form-data" data-behaviour="upload-progress" …>
 *     <div data-upload-shown hidden><progress max="100" value="0" aria-label="送信の進み具合"></progress>
 *       <p role="status" data-upload-line data-sending="送信しています {n}%" data-failed="送信できませんでした。…"></p></div>
 *   </form>
 */

/** Whole per cent of what is sent, 0 when the size is unknown. */
export function percent(loaded, total) {
  return total > 0 ? Math.floor((loaded / total) * 100) : 0;
}

function show(form, request, attachAll) {
  const here = new URL(form.action, location.href).href;
  if (request.responseURL && request.responseURL !== here) {
    location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
  if (!answer) throw new Error("no page in the answer");
  document.querySelector("main").replaceWith(answer);
  attachAll(answer);
  answer.querySelector(".error-summary")?.focus();
}

export function attach(form, attachAll) {
  const shown = form.querySelector("[data-upload-shown]");
  const line = form.querySelector("[data-upload-line]");
  const bar = form.querySelector("progress");
  if (!shown || !line || !bar) return;

  form.addEventListener("submit", (event) => {
    const hasFile = [...form.querySelectorAll('input[type="file"]')].some((input) => input.files.length);
    if (!hasFile) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    const fail = () => {
      line.textContent = line.dataset.failed;
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    };
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = percent(loaded, total);
      line.textContent = line.dataset.sending.replace("{n}", String(bar.value));
    });
    request.addEventListener("error", fail);
    request.addEventListener("load", () => {
      try {
        show(form, request, attachAll);
      } catch {
        fail();
      }
    });
    shown.hidden = false;
    request.open("POST", form.action);
    request.send(new FormData(form, event.submitter));
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}
