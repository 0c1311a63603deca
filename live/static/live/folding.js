/*
 * Japanese text as it is compared: width, case and kana kind folded. The same as core/text.py, on the same cases.
 *
 *   fold("ﾎﾞｳｻｲ") === fold("ぼうさい");
 *   likeness("費用の目安は？", "費用はどのくらいですか") >= ALIKE      // ask the same, in other words
 */

export const ALIKE = 0.4;

const narrow = (text) => text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").normalize("NFKC");

/** The key for searching and comparing only; never shown, never sent. */
export function fold(text) {
  return narrow(text)
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/^[ \t\n\r\u3000\u00a0]+|[ \t\n\r\u3000\u00a0]+$/g, "");
}

/** How alike two texts are by shared pairs of characters, 0 to 1; endings and particles in hiragana count for nothing. */
export function likeness(one, other) {
  const [first, second] = [pairs(one), pairs(other)];
  if (first.size === 0 || second.size === 0) return 0;
  const shared = [...first].filter((pair) => second.has(pair)).length;
  return (2 * shared) / (first.size + second.size);
}

function pairs(text) {
  const kept = Array.from(narrow(text).replace(/[\s\u3000、。，．,.!?！？「」]/g, ""));
  const all = kept.slice(1).map((character, place) => kept[place] + character);
  const telling = all.filter((pair) => !/[ぁ-ゖ]/.test(pair));
  return new Set((telling.length ? telling : all).map(fold));
}
