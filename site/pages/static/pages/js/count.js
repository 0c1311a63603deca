/*
 * Says how many characters are left, as people count them: an emoji or a kanji with a variant selector is one.
 * Text still being composed by an input method counts too; nothing is ever cut.
 *
 *   <p id="id_x_count" data-behaviour="count" data-count-for="id_x" data-count-limit="40"
 *      data-count-left="あと{n}字" data-count-over="{n}字超えています">40字以内</p>
 */

const segmenter = typeof Intl !== "undefined" && Intl.Segmenter ? new Intl.Segmenter("ja", { granularity: "grapheme" }) : null;

/** Count what a person would call characters; line ends count one, however the form sends them. */
export function countCharacters(text) {
  const normal = text.replace(/\r\n/g, "\n");
  return segmenter ? [...segmenter.segment(normal)].length : [...normal].length;
}

/** Fill the sentence that fits: {n} is what is left, or what is too much. */
export function sentence(length, limit, words) {
  const left = limit - length;
  return (left < 0 ? words.over : words.left).replace("{n}", String(Math.abs(left)));
}

export function attach(counter) {
  const field = document.getElementById(counter.dataset.countFor);
  if (!field) return;
  const limit = Number(counter.dataset.countLimit);
  const words = { left: counter.dataset.countLeft, over: counter.dataset.countOver };
  const show = () => {
    const length = countCharacters(field.value);
    counter.textContent = sentence(length, limit, words);
    counter.classList.toggle("counter--over", length > limit);
  };
  field.addEventListener("input", show);
  show();
}
