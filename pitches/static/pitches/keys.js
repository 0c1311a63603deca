/*
 * Which key does what on the screening board and on the desk, as pure functions; board.js and desk.js carry it out.
 *
 *   document.addEventListener("keydown", (event) => { const action = boardAction(event); … });
 *
 * Nothing happens while somebody is typing, composing, holding a modifier, or has switched the keys off (WCAG 2.1.4).
 */

const REQUIREMENTS = { 1: "R1", 2: "R2", 3: "R3", 4: "R4" };
const STATUSES = { a: "fit", c: "conditional", u: "unclear", x: "unfit", e: "exempt" };
const ON_BOARD = { j: "next", ArrowDown: "next", k: "previous", ArrowUp: "previous", x: "toggle", "/": "search", "?": "help" };
const ON_DESK = { j: "nextDesk", k: "previousDesk", r: "reason", s: "save", n: "next", p: "previous", b: "board", "?": "help" };
const OFF = "screening-keys-off";

/** Whether an element takes letters: a key pressed there is text. A checkbox or a button takes none. */
export function takesText(element) {
  const tag = element?.tagName?.toLowerCase();
  if (tag === "input") return !["checkbox", "radio", "button", "submit"].includes(element.type);
  return tag === "textarea" || tag === "select" || Boolean(element?.isContentEditable);
}

function isPlain(event) {
  return !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing || takesText(event.target));
}

/** {name, value} of what a key does on the board, or null. Arrows on a radio or checkbox stay the browser's. */
export function boardAction(event) {
  if (!isPlain(event)) return null;
  if (Object.hasOwn(REQUIREMENTS, event.key)) return { name: "open", value: REQUIREMENTS[event.key] };
  return Object.hasOwn(ON_BOARD, event.key) ? { name: ON_BOARD[event.key], value: null } : null;
}

/** {name, value} of what a key does on the desk, or null. Ctrl+Enter saves from inside a text as well. */
export function deskAction(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) return { name: "save", value: null };
  if (!isPlain(event)) return null;
  if (Object.hasOwn(REQUIREMENTS, event.key)) return { name: "desk", value: REQUIREMENTS[event.key] };
  if (Object.hasOwn(STATUSES, event.key)) return { name: "status", value: STATUSES[event.key] };
  return Object.hasOwn(ON_DESK, event.key) ? { name: ON_DESK[event.key], value: null } : null;
}

/** The index to go to from one of count places; it stops at both ends. -1 is "nowhere yet". */
export function moved(index, step, count) {
  if (count === 0) return -1;
  return Math.min(Math.max(index + step, 0), count - 1);
}

export function areOff(storage) {
  try {
    return storage.getItem(OFF) === "true";
  } catch {
    return false;
  }
}

/** Wire the dialog that explains the keys; returns a function that opens or closes it. */
export function explain(root) {
  const dialog = root.querySelector("[data-keys]");
  const toggle = () => (dialog.open ? dialog.close() : dialog.showModal());
  for (const button of root.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", toggle);
  }
  const box = dialog.querySelector("[data-keys-off]");
  box.closest("p").hidden = false;
  box.checked = areOff(window.localStorage);
  box.addEventListener("change", () => window.localStorage.setItem(OFF, String(box.checked)));
  return toggle;
}
