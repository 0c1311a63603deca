/*
 * Adds and removes rows of a Django form set by cloning a template whose names hold __prefix__. Without script the server
 * shows its spare rows, and a removal is the form set's own DELETE checkbox.
 *
 *   <div data-behaviour="rows" data-rows-prefix="presenter">
 *     {{ formset.management_form }}
 *     <div data-rows-list> <div data-row>… <button type="button" data-row-remove hidden>削除</button></div> </div>
 *     <template>…the empty form…</template>
 *     <button type="button" data-row-add hidden>行を追加</button>
 *   </div>
 */

/** Put a row's number where Django writes __prefix__. */
export function numbered(markup, index) {
  return markup.replaceAll("__prefix__", String(index));
}

export function attach(box) {
  const total = box.querySelector(`[name="${box.dataset.rowsPrefix}-TOTAL_FORMS"]`);
  const most = Number(box.querySelector(`[name="${box.dataset.rowsPrefix}-MAX_NUM_FORMS"]`)?.value ?? 1000);
  const list = box.querySelector("[data-rows-list]");
  const template = box.querySelector("template");
  const adder = box.querySelector("[data-row-add]");
  if (!total || !list || !template || !adder) return;

  const remover = (row) => {
    const button = row.querySelector("[data-row-remove]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      // The number of a removed row stays taken: the server skips it by its DELETE mark, so no other row is renamed.
      const mark = row.querySelector('[name$="-DELETE"]');
      if (mark) mark.checked = true;
      row.hidden = true;
      adder.focus();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  list.querySelectorAll("[data-row]").forEach(remover);
  adder.hidden = false;
  adder.addEventListener("click", () => {
    const index = Number(total.value);
    if (index >= most) return;
    const fragment = document.createElement("template");
    fragment.innerHTML = numbered(template.innerHTML, index);
    const row = fragment.content.firstElementChild;
    list.append(row);
    total.value = String(index + 1);
    remover(row);
    row.querySelector("input, select, textarea")?.focus();
  });
}
