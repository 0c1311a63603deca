/*
 * The screening board by keyboard: rows are walked and opened, chosen and searched. Everything has its link or box too.
 *
 *   <div data-board> … <tr data-row> <input type="checkbox" name="proposal"> <a data-open href="…">
 */

import { areOff, boardAction, explain, moved } from "./keys.js";

const board = document.querySelector("[data-board]");
const rows = [...board.querySelectorAll("[data-row]")];
const help = explain(board);

function current() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const row = rows[moved(current(), step, rows.length)];
  row?.querySelector("[data-open]").focus();
  row?.scrollIntoView({ block: "nearest" });
}

const does = {
  next: () => go(1),
  previous: () => go(current() < 0 ? 1 : -1),
  open: (requirement) => {
    const link = rows[current()]?.querySelector("[data-open]");
    if (link) window.location.assign(`${link.href}#desk-${requirement}`);
  },
  toggle: () => rows[current()]?.querySelector("[name=proposal]").click(),
  search: () => board.querySelector("[name=q]").focus(),
  help: () => help(),
};

document.addEventListener("keydown", (event) => {
  const action = boardAction(event);
  if (!action || (areOff(window.localStorage) && action.name !== "help")) return;
  if (action.name === "toggle" && event.target.type === "checkbox") return;
  event.preventDefault();
  does[action.name](action.value);
});

const all = board.querySelector("[data-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const row of rows) row.querySelector("[name=proposal]").checked = all.checked;
  });
}
