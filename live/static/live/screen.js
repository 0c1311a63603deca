/*
 * The big screen: one public question, changed by itself, back by itself after a power cut.
 *
 *   <script type="module" src="…/live/screen.js"></script>     on a page with data-room and #room-initial
 */

import { RoomClient } from "./client.js";
import { connectionTo, countWords, readPage, write } from "./page.js";
import { onScreen } from "./reducer.js";

const { root, state: initial, words, outbox } = readPage();
const shown = root.querySelector("[data-screen-question]");
const none = root.querySelector("[data-none]");

function render(state) {
  const question = onScreen(state);
  shown.hidden = question === null;
  none.hidden = question !== null;
  if (question === null) {
    for (const name of ["vendor", "body", "by", "counts"]) write(shown, name, "");
    return;
  }
  write(shown, "vendor", question.vendor ?? "");
  write(shown, "body", question.body);
  write(shown, "by", question.by);
  write(shown, "counts", countWords(words, question.counts));
}

const client = new RoomClient(root, initial, {
  outbox,
  onChange: render,
  onConnection: connectionTo(words),
  onAck: () => {},
});
client.start();
