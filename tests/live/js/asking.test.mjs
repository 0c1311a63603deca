import assert from "node:assert/strict";
import { test } from "node:test";

import { Asking, characters } from "../../../live/static/live/asking.js";
import { memory, Outbox } from "../../../live/static/live/outbox.js";

/** As much of an element as a form of questions asks for. */
class Element extends EventTarget {
  constructor(text = "") {
    super();
    const attributes = new Map();
    Object.assign(this, { value: text, textContent: "", hidden: true, id: "", dataset: { count: "100" }, defaultValue: "" });
    this.getAttribute = (name) => attributes.get(name) ?? null;
    this.setAttribute = (name, value) => attributes.set(name, value);
    this.removeAttribute = (name) => attributes.delete(name);
    this.focus = () => {};
    const parts = new Map();
    this.querySelector = (selector) => parts.get(selector) ?? parts.set(selector, new Element()).get(selector);
  }
}

const choice = (value) => Object.assign([{ value, defaultChecked: true }], { value });
const WORDS = { received: "受付 {no}", received_public: "公開 {no}", sending: "送信中", sending_in: "あと{n}秒", as_name: "{n}で送信", empty: "空です" };

function opened() {
  const option = { value: "", text: "", defaultSelected: true };
  const elements = { body: new Element(), slot: Object.assign(new Element(), { options: [option] }), kind: choice("question"), naming: choice("body_only"), scene: new Element() };
  const form = Object.assign(new Element(), { elements });
  const announced = [];
  let count = 0;
  const asking = new Asking(form, {
    words: WORDS,
    names: {},
    outbox: new Outbox(memory(), "room", "p1"),
    onAsk: () => ({ id: `c${++count}` }),
    announce: (sentence) => announced.push(sentence),
  });
  const receipt = form.querySelector("[data-receipt]");
  const said = () => receipt.querySelector("[data-receipt-text]").textContent;
  const problem = form.querySelector("[data-ask-problem]");
  return { asking, elements, announced, receipt, said, problem };
}

const ack = (id, ok, rest) => ({ id, ok, a: { body: "送った文" }, ...rest });

test("characters are counted as the counter below the field counts them", () => {
  assert.deepEqual(["あ", "👨‍👩‍👧‍👦", "葛󠄀", "一\r\n二"].map(characters), [1, 1, 1, 3]);
});

test("what arrived is said with its number, and beside the button only of the question sent last", () => {
  const { asking, elements, announced, receipt, said } = opened();
  for (const body of ["一つめ", "二つめ"]) {
    elements.body.value = body;
    assert.ok(asking.send());
  }
  asking.answered(ack("c1", true, { r: { q: "q1", no: "A-0001", state: "pending" } }));
  assert.equal(said(), "送信中");
  asking.answered(ack("c2", true, { r: { q: "q2", no: "A-0002", state: "public" } }));
  assert.deepEqual([said(), receipt.querySelector("a").href], ["公開 A-0002", "#own-q2"]);
  assert.deepEqual(announced, ["受付 A-0001", "公開 A-0002"]);
});

test("what was refused comes back, above what is being written now", () => {
  const { asking, elements, problem } = opened();
  asking.answered(ack("c1", false, { m: "受け付けていません。" }));
  assert.deepEqual([elements.body.value, problem.textContent], ["送った文", "＊受け付けていません。"]);
  elements.body.value = "次の文";
  asking.answered(ack("c2", false, { m: "受け付けていません。" }));
  assert.equal(elements.body.value, "送った文\n\n次の文");
});

test("of what is held back only the question sent last says for how long", () => {
  const { asking, elements, said } = opened();
  asking.waiting("another tab's", 9);
  assert.equal(said(), "あと9秒");
  elements.body.value = "文";
  asking.send();
  asking.waiting("c0", 5);
  assert.equal(said(), "送信中");
  asking.waiting("c1", 3);
  assert.equal(said(), "あと3秒");
});
