/*
 * The moderators' polls: replies and words to be let through appear by themselves, and a button leaves the page standing.
 *
 *   <script type="module" src="…/live/polls_desk.js" data-polls-desk data-failed="送信できませんでした。"></script>
 *
 * Results that nobody was shown yet are in no frame of the room: the page asks for itself.
 */

import { Fresh } from "./fresh.js";

const AGAIN_MS = 3_000;

const { failed } = document.querySelector("[data-polls-desk]").dataset;
const fresh = new Fresh({ failed });
setInterval(() => document.hidden || fresh.now(), AGAIN_MS);
