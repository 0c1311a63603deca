import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { backoff, knowsNo, pollEvery, remember, RoomClient } from "../../../live/static/live/client.js";
import { memory, Outbox } from "../../../live/static/live/outbox.js";
import { fromSnapshot } from "../../../live/static/live/reducer.js";

class Source extends EventTarget {
  static OPEN = 1;
  static CLOSED = 2;
  static made = [];

  constructor(url) {
    super();
    this.url = url;
    this.sent = [];
    this.readyState = 1;
    this.constructor.made.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code = 1006) {
    if (this.readyState === 2) return;
    this.readyState = 2;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }

  say(frame) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(frame) }));
  }
}
class FakeSocket extends Source {
  static CONNECTING = 0;
  static made = [];
}
class FakeStream extends Source {
  static made = [];
}

const WELCOME = { t: "welcome", epoch: "5f2c", seq: 10, sseq: 0, cv: 4, phase: "live", mine: { questions: [], votes: [] } };
let said, fetched, storage, waited, acks;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  said = [];
  fetched = [];
  waited = [];
  acks = [];
  storage = new Map();
  FakeSocket.made = [];
  FakeStream.made = [];
  Object.assign(globalThis, {
    WebSocket: FakeSocket,
    EventSource: FakeStream,
    location: { protocol: "https:", host: "pitch.example" },
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), { hidden: false, querySelector: () => null }),
    fetch: async (url) => {
      fetched.push(url);
      return { status: 304, ok: false, redirected: false };
    },
  });
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    value: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => storage.set(key, value), removeItem: (key) => storage.delete(key) },
  });
});

async function started(told = {}) {
  const root = { dataset: { base: "/live/r1/", socket: "/ws/live/r1/", ticket: "t" } };
  const state = fromSnapshot({ epoch: "5f2c", seq: 10, cv: 4, phase: "live", stage: null, questions: [] }, { questions: [], votes: [] });
  const outbox = new Outbox(memory(), "r1", "p1");
  const client = new RoomClient(root, state, {
    outbox,
    onChange() {},
    onConnection: (word) => said.push(word),
    onAck: (ack) => acks.push(ack),
    onWait: (command, ms) => waited.push([command.op, Math.floor(ms / 1000)]),
    ...told,
  });
  client.ticket.at = Date.now();
  client.start();
  await settled();
  return client;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function later(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

test("two sockets without a welcome, and the room comes as events; that is remembered for a day", async () => {
  const client = await started();
  for (let turn = 0; turn < 2; turn += 1) {
    client.ticket.at = Date.now();
    FakeSocket.made.at(-1).close();
    client.ticket.at = Date.now();
    await later(20_000);
  }
  assert.equal(FakeSocket.made.length, 2);
  assert.match(FakeStream.made[0].url, /^\/live\/r1\/stream\?epoch=5f2c&seq=10&cv=4$/);
  assert.ok(knowsNo("socket", localStorage, Date.now()));
  assert.ok(!knowsNo("socket", localStorage, Date.now() + 25 * 3_600_000));
});

test("where sockets are known not to get through none is tried, and the stream says that it is live", async () => {
  remember("socket", false, localStorage, Date.now());
  await started();
  assert.equal(FakeSocket.made.length, 0);
  FakeStream.made[0].say(WELCOME);
  assert.deepEqual(said, ["connecting", "live"]);
});

test("a stream that is silent for twenty seconds gives way to asking", async () => {
  remember("socket", false, localStorage, Date.now());
  await started();
  FakeStream.made[0].say(WELCOME);
  await later(20_000);
  assert.equal(FakeStream.made[0].readyState, 2);
  assert.match(fetched[0], /events\?/);
});

test("a server that says goodbye is left alone until it said to come back", async () => {
  const client = await started();
  FakeSocket.made[0].say(WELCOME);
  FakeSocket.made[0].say({ t: "bye", after_ms: 17_000 });
  FakeSocket.made[0].close(1012);
  client.ticket.at = Date.now();
  await later(16_999);
  assert.equal(FakeSocket.made.length, 1);
  client.ticket.at = Date.now();
  await later(1);
  assert.equal(FakeSocket.made.length, 2);
});

test("a snapshot is fetched when the server has time for it", async () => {
  await started();
  FakeSocket.made[0].say(WELCOME);
  FakeSocket.made[0].say({ t: "resync", after_ms: 800 });
  await later(799);
  assert.deepEqual(fetched, []);
  await later(1);
  assert.match(fetched[0], /state$/);
});

test("one page too many asks every few seconds, and tries again later", async () => {
  const client = await started();
  FakeSocket.made[0].close(4429);
  await settled();
  assert.deepEqual(said, ["connecting", "polling"]);
  assert.match(fetched[0], /events\?/);
  client.ticket.at = Date.now();
  await later(120_000);
  assert.equal(FakeSocket.made.length, 2);
});

test("a line that is silent is given up at once, whenever the browser learns that it is closed", async () => {
  await started();
  const [socket] = FakeSocket.made;
  socket.close = () => {};
  socket.say(WELCOME);
  await later(40_000);
  assert.deepEqual(said, ["connecting", "live", "reconnecting"]);
  socket.say({ t: "ev", seq: 11, k: "phase.set", phase: "closed", stage: null });
  assert.deepEqual(said, ["connecting", "live", "reconnecting"]);
});

test("a browser that says it is offline is believed, and one that says it is online is tried at once", async () => {
  const client = await started();
  FakeSocket.made[0].say(WELCOME);
  window.dispatchEvent(new Event("offline"));
  assert.deepEqual(said, ["connecting", "live", "reconnecting"]);
  assert.equal(FakeSocket.made[0].readyState, 2);
  client.ticket.at = Date.now();
  window.dispatchEvent(new Event("online"));
  await settled();
  assert.equal(FakeSocket.made.length, 2);
});

test("whoever is not answered for ten seconds speaks into nothing, and says the same again on the next line", async () => {
  const client = await started();
  FakeSocket.made[0].say(WELCOME);
  const { id } = client.give("vote.set", { q: "1", on: true });
  await later(9_999);
  assert.equal(said.at(-1), "live");
  await later(1);
  assert.equal(said.at(-1), "reconnecting");
  client.ticket.at = Date.now();
  await later(500);
  FakeSocket.made[1].say(WELCOME);
  assert.deepEqual(FakeSocket.made[1].sent, [{ t: "cmd", id, op: "vote.set", a: { q: "1", on: true } }]);
  FakeSocket.made[1].say({ t: "ack", id, ok: true, r: { q: "1", on: true, counts: [1, 1] } });
  await later(20_000);
  assert.deepEqual([acks.length, said.at(-1)], [1, "live"]);
});

test("what the server wants later is sent then and not before, and somebody is told how long that is", async () => {
  const client = await started();
  const [socket] = FakeSocket.made;
  socket.say(WELCOME);
  const { id } = client.give("question.ask", { body: "?" });
  socket.say({ t: "ack", id, ok: false, e: "rate", retry_ms: 30_000 });
  assert.deepEqual(waited, [["question.ask", 30]]);
  client.give("vote.set", { q: "1", on: true });
  assert.deepEqual(socket.sent.map(({ op }) => op), ["question.ask", "vote.set"]);
  socket.say({ t: "ack", id: socket.sent[1].id, ok: true, r: { q: "1", on: true, counts: [1, 1] } });
  await later(30_500);
  assert.equal(socket.sent.filter(({ op }) => op === "question.ask").length, 2);
});

test("a stream that says nothing for three seconds is not waited for, and one that never did is not tried again today", async () => {
  remember("socket", false, localStorage, Date.now());
  await started();
  await later(3_000);
  assert.equal(said.at(-1), "polling");
  assert.ok(!knowsNo("stream", localStorage, Date.now()));
  await later(17_000);
  assert.ok(knowsNo("stream", localStorage, Date.now()));
  await started();
  assert.equal(FakeStream.made.length, 1);
  assert.equal(said.at(-1), "polling");
});

test("an answer that breaks off is none: the page says so, asks again, and less and less often", async () => {
  const real = Math.random;
  Math.random = () => 1;
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(url);
    return { status: 200, ok: true, redirected: false, json: async () => JSON.parse("{") };
  };
  try {
    await started();
    FakeSocket.made[0].close(4429);
    await settled();
    assert.equal(said.at(-1), "reconnecting");
    await later(3_600 + 1_000);
    assert.equal(asked.length, 2);
    await later(3_600 + 1_000);
    assert.equal(asked.length, 2);
    await later(1_000);
    assert.equal(asked.length, 3);
  } finally {
    Math.random = real;
  }
});

test("a command that a server in trouble did not take goes out again while the stream is well", async () => {
  remember("socket", false, localStorage, Date.now());
  const client = await started();
  FakeStream.made[0].say(WELCOME);
  const statuses = [503, 200];
  globalThis.fetch = async (url, { body }) => {
    const status = statuses.shift();
    const acks = () => JSON.parse(body).map(({ id }) => ({ t: "ack", id, ok: true, r: { q: "1", on: true, counts: [1, 1] } }));
    return { status, ok: status === 200, redirected: false, json: async () => acks() };
  };
  client.give("vote.set", { q: "1", on: true });
  await settled();
  assert.equal(acks.length, 0);
  await later(3_600);
  await settled();
  assert.equal(acks.length, 1);
});

test("a stream that speaks ends the asking", async () => {
  remember("socket", false, localStorage, Date.now());
  await started();
  await later(3_000);
  FakeStream.made[0].say(WELCOME);
  const asked = fetched.length;
  await later(15_000);
  assert.deepEqual([said.at(-1), fetched.length], ["live", asked]);
});

test("whoever signs out in another tab leaves nothing here and is asked for nothing", async () => {
  const client = await started();
  client.give("vote.set", { q: "1", on: true });
  FakeSocket.made[0].say(WELCOME);
  window.dispatchEvent(Object.assign(new Event("storage"), { key: null }));
  assert.equal(said.at(-1), "logged_out");
  client.give("vote.set", { q: "2", on: true });
  assert.deepEqual(client.outbox.commands, []);
  await later(200_000);
  assert.equal(FakeSocket.made.length, 1);
});

test("what another tab had answered is ours no more, and somebody is told", async () => {
  const elsewhere = [];
  const client = await started({ onElsewhere: ({ id }) => elsewhere.push(id) });
  const { id } = client.give("vote.set", { q: "1", on: true });
  const key = `${client.outbox.key}:cmd:${id}`;
  window.dispatchEvent(Object.assign(new Event("storage"), { key, newValue: "{}" }));
  assert.deepEqual(elsewhere, []);
  window.dispatchEvent(Object.assign(new Event("storage"), { key, newValue: null }));
  assert.deepEqual([elsewhere, client.outbox.find(id)], [[id], undefined]);
});

test("attempts spread over all of a doubling time, at most twenty seconds", () => {
  assert.deepEqual([0, 1, 5, 9].map((attempt) => backoff(attempt, () => 1)), [500, 1_000, 16_000, 20_000]);
  assert.equal(backoff(3, () => 0), 0);
});

test("without a socket a live room is asked every three seconds or so", () => {
  assert.equal(pollEvery("live", () => 0.5), 3_000);
  assert.equal(pollEvery("feedback", () => 0), 8_000);
});
