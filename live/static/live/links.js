/*
 * Addresses in a published answer become links; everything around them stays text. live/views/links.py does the same.
 *
 *   linked(element, "https://example.lg.jp/ をご覧ください。");
 *   pieces(text)      // [[text, is an address], …]
 */

// Japanese goes on without a space: an address ends where ASCII does, and before a mark that closes the sentence.
const ADDRESS = /(https?:\/\/[!-;=?-~]*[A-Za-z0-9/=_-])/;

export function pieces(text) {
  return text.split(ADDRESS).map((piece, place) => [piece, place % 2 === 1]).filter(([piece]) => piece !== "");
}

/** Write a text into an element with its links, and hide the element when there is none. */
export function linked(element, text) {
  element.hidden = !text;
  if (element.textContent === text) return;
  element.replaceChildren(...pieces(text).map(([piece, isAddress]) => (isAddress ? link(piece) : piece)));
}

function link(href) {
  return Object.assign(document.createElement("a"), { href, textContent: href, rel: "noopener nofollow ugc" });
}
