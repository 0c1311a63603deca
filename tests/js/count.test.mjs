// Characters are counted as people count them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { countCharacters, sentence } from "../../site/pages/static/pages/js/count.js";

const words = { left: "あと{n}字", over: "{n}字超えています" };

test("a kanji beyond the basic plane is one character", () => assert.equal(countCharacters("𠮷野家"), 3));
test("a family is one character", () => assert.equal(countCharacters("👨‍👩‍👧"), 1));
test("a kanji with a variant selector is one character", () => assert.equal(countCharacters("葛\u{E0100}城"), 2));
test("a line end is one character however it is sent", () => assert.equal(countCharacters("一\r\n二\n"), 4));
test("the limit itself is still allowed", () => assert.equal(sentence(40, 40, words), "あと0字"));
test("one more is one too many", () => assert.equal(sentence(41, 40, words), "1字超えています"));
