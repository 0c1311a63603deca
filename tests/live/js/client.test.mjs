import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { backoff, knowsNoSocket, rememberSocket, RoomClient } from "../../../live/static/live/client.js";
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
  static made = [];
}
class FakeStream extends Source {
  static made = [];
}

const WELCOME = { t: "welcome", epoch: "5f2c", seq: 10, sseq: 0, cv: 4, phase: "live", mine: { questions: [], votes: [] } };
let said, fetched, storage;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  said = [];
  fetched = [];
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

async function started() {
  const root = { dataset: { base: "/live/r1/", socket: "/ws/live/r1/", ticket: "t" } };
  const state = fromSnapshot({ epoch: "5f2c", seq: 10, cv: 4, phase: "live", stage: null, questions: [] }, { questions: [], votes: [] });
  const outbox = { messages: () => [], settle: () => null, add: () => ({}) };
  const client = new RoomClient(root, state, { outbox, onChange() {}, onConnection: (word) => said.push(word), onAck() {} });
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
  assert.ok(knowsNoSocket(localStorage, Date.now()));
  assert.ok(!knowsNoSocket(localStorage, Date.now() + 25 * 3_600_000));
});

test("where sockets are known not to get through none is tried, and the stream says that it is live", async () => {
  rememberSocket(localStorage, false, Date.now());
  await started();
  assert.equal(FakeSocket.made.length, 0);
  FakeStream.made[0].say(WELCOME);
  assert.deepEqual(said, ["connecting", "live"]);
});

test("a stream that is silent for twenty seconds gives way to asking", async () => {
  rememberSocket(localStorage, false, Date.now());
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

test("one page too many says so and does not try again", async () => {
  await started();
  FakeSocket.made[0].close(4429);
  await later(60_000);
  assert.deepEqual(said, ["connecting", "too_many"]);
  assert.equal(FakeSocket.made.length, 1);
});

test("attempts spread over all of a doubling time, at most twenty seconds", () => {
  assert.deepEqual([0, 1, 5, 9].map((attempt) => backoff(attempt, () => 1)), [500, 1_000, 16_000, 20_000]);
  assert.equal(backoff(3, () => 0), 0);
});
