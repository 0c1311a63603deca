// Only what looks like a code is taken out of an address.
import assert from "node:assert/strict";
import { test } from "node:test";

import { codeIn } from "../../site/pages/static/pages/js/from-fragment.js";

test("a code is read", () => assert.equal(codeIn("#abcdefghijklmnopqrstuvwxyz_-0123"), "abcdefghijklmnopqrstuvwxyz_-0123"));
test("the anchor of a page is none", () => assert.equal(codeIn("#content"), ""));
test("markup is none", () => assert.equal(codeIn("#<script>alert(1)</script>aaaaaa"), ""));
test("nothing is none", () => assert.equal(codeIn(""), ""));
