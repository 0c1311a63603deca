/*
 * Japanese text as it is compared: width, case and kana kind folded. The same as core/text.py, on the same cases.
 *
 *   fold("ﾎﾞｳｻｲ") === fold("ぼうさい");
 */

/** The same characters, whatever their width and case. */
export const narrow = (text) => text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").normalize("NFKC");

/** The key for searching and comparing only; never shown, never sent. */
export function fold(text) {
  return narrow(text)
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/^[ \t\n\r\u3000\u00a0]+|[ \t\n\r\u3000\u00a0]+$/g, "");
}
