/*
 * Gives each element with data-behaviour="name another" the modules it names, each loaded once, only where it is used.
 *
 *   <textarea id="id_problem" …></textarea>
 *   <p data-behaviour="count" data-count-for="id_problem" data-count-limit="400">400字以内</p>
 *
 * A module exports attach(element, attachAll). It is handed attachAll and never imports it: under its plain name this file
 * would be a second module, and attach everything twice. The page works without any of them.
 */

const behaviours = {
  "autosave": () => import("./autosave.js"),
  "confirm-leave": () => import("./confirm-leave.js"),
  "copy": () => import("./copy.js"),
  "count": () => import("./count.js"),
  "disclosure": () => import("./disclosure.js"),
  "from-fragment": () => import("./from-fragment.js"),
  "rows": () => import("./rows.js"),
  "sign-out": () => import("./sign-out.js"),
  "upload-progress": () => import("./upload-progress.js"),
};

const attached = new WeakMap();

/** Attach every behaviour named inside root; call it again on markup added later. */
export function attachAll(root = document) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    const done = attached.get(element) ?? new Set();
    attached.set(element, done);
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      if (!Object.hasOwn(behaviours, name) || done.has(name)) continue;
      done.add(name);
      // One module that fails to load must not take the others with it.
      behaviours[name]().then((module) => module.attach(element, attachAll), (error) => console.warn(name, error));
    }
  }
}

if (typeof document !== "undefined") attachAll();
