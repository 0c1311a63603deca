/*
 * Keeps one page in step with its room: over a socket, else by server-sent events, else by asking every few seconds.
 *
 *   const client = new RoomClient(root, state, { outbox, onChange, onConnection, onAck, onWait, onElsewhere });
 *   client.start();
 *   client.give("vote.set", { q: "…", on: true });    // kept until acknowledged, whatever happens to the connection
 *
 * onWait(command, ms) is told of a command that the server wants later, onElsewhere(command) of one of ours that another
 * tab sent and had answered. root carries data-socket, data-base, data-ticket and, for moderators, data-staff.
 */

import { fromSnapshot, isBehind, reduce } from "./reducer.js";

const VERSION = 1;
const WELCOME_MS = 5_000;
const SILENCE_MS = 40_000;
// A line may freeze without an end: whoever is not answered for so long speaks into nothing.
const ACK_MS = 10_000;
const FETCH_MS = 15_000;
const GAP_MS = 500;
const TICKET_MS = 8 * 60_000;
const SOCKET_AGAIN_MS = 2 * 60_000;
const FAILURES = 2;
const STREAM_FIRST_MS = 3_000;
const STREAM_SILENCE_MS = 20_000;
const DAY_MS = 24 * 60 * 60_000;
const REMEMBERED = { socket: "live-without-socket-until", stream: "live-without-stream-until" };
const SIGNED_OUT = 4401;
const TOO_MANY = 4429;

/** How long to wait before the n-th attempt: anything up to a doubling bound, so that a crowd does not return at once. */
export function backoff(attempt, random = Math.random) {
  return random() * Math.min(20_000, 500 * 2 ** attempt);
}

/** How often to ask without a socket: every 3 s while it is live, else every 10 s, a fifth more or less. */
export function pollEvery(phase, random = Math.random) {
  return (phase === "live" ? 3_000 : 10_000) * (0.8 + 0.4 * random());
}

/** Whether a way ("socket" or "stream") failed here within the last day; what cannot be read was never written. */
export function knowsNo(way, storage, now) {
  try {
    return Number(storage.getItem(REMEMBERED[way])) > now;
  } catch {
    return false;
  }
}

/** Remember for a day that a way does not get through here, or forget it. */
export function remember(way, works, storage, now) {
  try {
    if (works) storage.removeItem(REMEMBERED[way]);
    else storage.setItem(REMEMBERED[way], String(now + DAY_MS));
  } catch {
    // A browser that keeps nothing tries the socket first each time.
  }
}

/** Hand a frame to whoever else listens on the page: polls keep no state that could fall behind (see polls.js). */
function tell(frame) {
  document.dispatchEvent(new CustomEvent("room:frame", { detail: frame }));
}

export class RoomClient {
  constructor(root, state, { outbox, onChange, onConnection, onAck, onWait = () => {}, onElsewhere = () => {} }) {
    this.state = state;
    this.outbox = outbox;
    this.on = { change: onChange, connection: onConnection, ack: onAck, wait: onWait, elsewhere: onElsewhere };
    this.base = root.dataset.base;
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${root.dataset.socket}`;
    this.isStaff = "staff" in root.dataset;
    this.ticket = { text: root.dataset.ticket, at: Date.now() };
    this.failures = 0;
    this.attempt = 0;
    this.socket = null;
    this.isWelcome = false;
    this.isPolling = false;
    this.unanswered = 0;
    this.inFlight = new Map(); // id → the timer that gives the line up when nobody answers
    this.waits = new Set(); // ids of commands the server wants later
    this.turn = 0;
  }

  start() {
    this.#say("connecting");
    this.#connect();
    window.addEventListener("online", () => this.#lookAgain());
    window.addEventListener("offline", () => this.#offline());
    window.addEventListener("storage", ({ key, newValue }) => {
      // Somebody signed out in another tab, which left nothing in the storage (see pages/js/sign-out.js).
      if (key === null) this.signOut();
      const command = key && newValue === null ? this.outbox.settledElsewhere(key) : null;
      if (command) this.on.elsewhere(command);
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#lookAgain();
    });
  }

  /** Whoever was here signed out, perhaps in another tab: nothing of theirs stays, and nothing more is asked for. */
  signOut() {
    this.outbox.clear();
    this.#end("logged_out");
  }

  /** Keep a command and send it; the acknowledgement arrives at onAck, perhaps after a reload. */
  give(op, a) {
    const command = this.outbox.add(op, a, Date.now());
    this.#flush();
    return command;
  }

  // --- The socket -------------------------------------------------------------------------------------------------

  /** The best way that is not known to be closed. */
  #connect() {
    if (!knowsNo("socket", globalThis.localStorage, Date.now())) this.#open();
    else if (!knowsNo("stream", globalThis.localStorage, Date.now())) this.#stream();
    else this.#fallBack();
  }

  async #open() {
    clearTimeout(this.reopening);
    const turn = ++this.turn;
    const isRenewed = await this.#renewTicket();
    // Meanwhile the page was signed out, or somebody else began to open it.
    if (this.isOver || turn !== this.turn) return;
    if (!isRenewed) {
      this.#again();
      return;
    }
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.isWelcome = false;
    const patience = setTimeout(() => this.#drop(socket), WELCOME_MS);
    socket.addEventListener("open", () => {
      const { epoch, seq, sseq, cv } = this.state;
      socket.send(JSON.stringify({ t: "hello", v: VERSION, ticket: this.ticket.text, have: { epoch, seq, sseq, cv } }));
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.socket !== socket) return;
      const frame = JSON.parse(data);
      if (frame.t === "welcome") clearTimeout(patience);
      clearTimeout(this.silence);
      this.silence = setTimeout(() => this.#drop(socket), SILENCE_MS);
      this.#receive(frame);
    });
    socket.addEventListener("close", ({ code }) => {
      clearTimeout(patience);
      if (this.socket === socket) this.#lost(code);
    });
  }

  /** Give up a socket. Browsers wait a minute for the other side's goodbye; nobody is told of that wait. */
  #drop(socket) {
    if (this.socket !== socket) return;
    this.socket = null;
    socket.close();
    this.#lost();
  }

  #lost(code = 1006) {
    clearTimeout(this.silence);
    this.#nothingInFlight();
    this.socket = null;
    if (code === SIGNED_OUT) {
      this.#end();
      return;
    }
    if (this.isWelcome) this.failures = 0;
    else this.failures += 1;
    this.isWelcome = false;
    // A ticket that was refused is not offered twice.
    this.ticket.at = -Infinity;
    if (code === TOO_MANY) {
      this.#fallBack();
      return;
    }
    if (this.failures >= FAILURES) {
      this.failures = 0;
      remember("socket", false, globalThis.localStorage, Date.now());
      this.#connect();
      return;
    }
    this.#again();
  }

  /** Come back later: when the server said, else after a while that grows. */
  #again() {
    if (!this.isPolling) this.#say("reconnecting");
    clearTimeout(this.reopening);
    this.reopening = setTimeout(() => this.#connect(), this.returnAfter ?? backoff(this.attempt++));
    this.returnAfter = null;
  }

  /** The browser knows that there is no line: nothing is waited for. */
  #offline() {
    if (this.isOver) return;
    if (this.socket) {
      this.#drop(this.socket);
    } else if (this.isPolling) {
      this.#say("reconnecting");
    } else {
      this.#endStream();
      this.#again();
    }
  }

  // --- Server-sent events -----------------------------------------------------------------------------------------

  #stream() {
    clearTimeout(this.reopening);
    if (this.isOver || this.source) return;
    const { epoch, seq, sseq, cv } = this.state;
    const query = new URLSearchParams({ epoch, seq, cv, ...(this.isStaff ? { sseq } : {}) });
    const source = new EventSource(`${this.base}stream?${query}`);
    this.source = source;
    let hasSpoken = false;
    // A proxy that keeps events to itself says nothing at all: meanwhile the page asks.
    this.early = setTimeout(() => this.#poll(), STREAM_FIRST_MS);
    const silent = () => {
      this.#endStream();
      this.isStreamDoubted = !hasSpoken;
      this.#fallBack();
    };
    const heard = () => {
      clearTimeout(this.silence);
      this.silence = setTimeout(silent, STREAM_SILENCE_MS);
    };
    heard();
    source.addEventListener("message", ({ data }) => {
      if (this.source !== source) return;
      hasSpoken = true;
      heard();
      this.#receive(JSON.parse(data));
    });
    source.addEventListener("over", ({ data }) => {
      this.#endStream();
      if (Number(data) === TOO_MANY) this.#fallBack();
      else this.#end();
    });
    source.addEventListener("error", () => {
      if (this.source !== source) return;
      // A browser comes back by itself, unless it was refused for good.
      if (source.readyState === EventSource.CLOSED) silent();
      else if (!this.isPolling) this.#say("reconnecting");
    });
  }

  #endStream() {
    clearTimeout(this.silence);
    clearTimeout(this.early);
    if (!this.source) return;
    this.source.close();
    this.source = null;
    this.isWelcome = false;
  }

  #end(why = "signed_out") {
    this.isOver = true;
    this.isPolling = this.isWelcome = false;
    this.#endStream();
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.#nothingInFlight();
    for (const timer of [this.polling, this.reopening, this.resyncing, this.posting]) clearTimeout(timer);
    this.#say(why);
  }

  /** Make sure of a fresh ticket; false when the server no longer gives us one, or cannot be reached now. */
  async #renewTicket() {
    if (Date.now() - this.ticket.at < TICKET_MS) return true;
    try {
      const response = await this.#post("ticket", new URLSearchParams(this.isStaff ? { staff: "1" } : {}));
      if (response.ok && !response.redirected) {
        this.ticket = { text: (await response.json()).ticket, at: Date.now() };
        return true;
      }
      if (response.redirected || [403, 404].includes(response.status)) {
        this.#end();
        return false;
      }
    } catch {
      // Offline: the next attempt comes by itself.
    }
    return false;
  }

  // --- Frames -----------------------------------------------------------------------------------------------------

  #receive(frame) {
    if (frame.t === "ack") {
      this.#settle(frame);
      return;
    }
    if (frame.t === "bye") {
      this.returnAfter = frame.after_ms;
      return;
    }
    if (frame.t === "resync") {
      this.#resync(frame.after_ms ?? 0);
      return;
    }
    this.#become(reduce(this.state, frame));
    tell(frame);
    if (frame.t === "welcome") {
      this.isWelcome = true;
      this.isPolling = false;
      this.attempt = 0;
      this.#nothingInFlight();
      remember(this.socket ? "socket" : "stream", true, globalThis.localStorage, Date.now());
      clearTimeout(this.early);
      clearTimeout(this.polling);
      clearTimeout(this.reopening);
      this.#say("live");
      this.#flush();
    } else if (frame.t === "hb" && this.#awaitsDecision()) {
      this.#fetchState();
    }
  }

  /** Fetch a snapshot when the server has time for it; what was dropped on the way may have been an acknowledgement. */
  #resync(afterMs) {
    clearTimeout(this.resyncing);
    this.resyncing = setTimeout(() => {
      this.#nothingInFlight();
      this.#become(reduce(this.state, { t: "resync" }));
      this.#flush();
    }, afterMs);
  }

  #become(state) {
    const before = this.state;
    this.state = state;
    if (state !== before) this.on.change(state, before);
    if (state.isStale) this.#fetchState();
    else if (isBehind(state)) this.gap ??= setTimeout(() => this.#fillGap(), GAP_MS);
  }

  /** What becomes of a question that is not public is told to nobody but its asker, who asks for it. */
  #awaitsDecision() {
    return Object.values(this.state.own).some((question) => question.state === "pending");
  }

  #fillGap() {
    this.gap = null;
    if (isBehind(this.state)) this.#fetchEvents();
  }

  #lookAgain() {
    if (this.isOver) return;
    if (this.isPolling) this.#poll();
    else if (this.socket === null && !this.source) this.#connect();
    else this.#fetchEvents();
  }

  // --- Asking over HTTP -------------------------------------------------------------------------------------------

  async #fetchState() {
    if (this.isFetching) return;
    this.isFetching = true;
    try {
      const headers = this.etag && !this.state.isStale ? { "If-None-Match": this.etag } : {};
      const response = await fetch(`${this.base}state${this.isStaff ? "?staff=1" : ""}`, { headers, cache: "no-store", signal: AbortSignal.timeout(FETCH_MS) });
      if (response.status === 200 && !response.redirected) {
        this.etag = response.headers.get("ETag");
        const { mine, ...snapshot } = await response.json();
        this.#become(fromSnapshot(snapshot, mine));
        tell(snapshot);
      }
    } catch {
      // Offline: the state stays as it is until the connection is back.
    } finally {
      this.isFetching = false;
    }
  }

  /** Ask what is new; returns the answer, or null where there was none, or one that breaks off. */
  async #fetchEvents() {
    const { seq, sseq, cv, phase } = this.state;
    const query = new URLSearchParams({ after: seq, cv, phase, ...(this.isStaff ? { staff_after: sseq } : {}) });
    try {
      const response = await fetch(`${this.base}events?${query}`, { cache: "no-store", signal: AbortSignal.timeout(FETCH_MS) });
      if (response.status !== 200 || response.redirected) return response;
      const frame = { t: "events", ...(await response.json()) };
      this.#become(reduce(this.state, frame));
      frame.events?.forEach(tell);
      tell(frame);
      return response;
    } catch {
      return null;
    }
  }

  /** Ask every few seconds, and try the socket again now and then. */
  #fallBack() {
    this.#poll();
    clearTimeout(this.reopening);
    this.reopening = setTimeout(() => this.#open(), SOCKET_AGAIN_MS);
  }

  async #poll() {
    clearTimeout(this.polling);
    if (this.isOver || this.isWelcome) return;
    this.isPolling = true;
    const asked = (this.asked = {});
    const response = await this.#fetchEvents();
    // Meanwhile a better way was found, or somebody else asked.
    if (this.isOver || this.isWelcome || this.asked !== asked) return;
    if (response?.redirected || [403, 404].includes(response?.status)) {
      this.#end();
      return;
    }
    if (response && this.isStreamDoubted) {
      this.isStreamDoubted = false;
      remember("stream", false, globalThis.localStorage, Date.now());
    }
    // A server in trouble is not helped by everybody asking on as before.
    const isAway = response === null || response.status >= 500;
    this.unanswered = isAway ? this.unanswered + 1 : 0;
    this.#say(isAway ? "reconnecting" : "polling");
    const pause = pollEvery(this.state.phase);
    this.polling = setTimeout(() => this.#poll(), isAway ? pause + backoff(this.unanswered) : pause);
    if (!isAway) await this.#flush();
    if (this.#awaitsDecision()) await this.#fetchState();
  }

  // --- Commands ---------------------------------------------------------------------------------------------------

  async #flush() {
    const messages = this.outbox.messages(Date.now()).filter(({ id }) => !this.waits.has(id));
    if (this.isOver || messages.length === 0) return;
    if (this.isWelcome && this.socket?.readyState === WebSocket.OPEN) {
      for (const message of messages.filter(({ id }) => !this.inFlight.has(id))) this.#sendOver(this.socket, message);
      return;
    }
    try {
      const body = JSON.stringify(messages.slice(0, 20));
      const response = await this.#post("commands", body, { "Content-Type": "application/json" });
      if (!response.ok || response.redirected) throw new Error(`commands: ${response.status}`);
      for (const ack of await response.json()) this.#settle(ack);
    } catch {
      // Nobody took them: they are kept. A stream may have lost nothing, and then no other event sends them.
      clearTimeout(this.posting);
      if (this.source) this.posting = setTimeout(() => this.#flush(), pollEvery("live"));
    }
  }

  #sendOver(socket, message) {
    this.inFlight.set(message.id, setTimeout(() => this.#drop(socket), ACK_MS));
    socket.send(JSON.stringify(message));
  }

  #nothingInFlight() {
    for (const timer of this.inFlight.values()) clearTimeout(timer);
    this.inFlight.clear();
  }

  #settle(ack) {
    clearTimeout(this.inFlight.get(ack.id));
    this.inFlight.delete(ack.id);
    const command = this.outbox.settle(ack);
    if (command === null) {
      if (!ack.ok) this.#later(ack);
      return;
    }
    const answered = { ...ack, op: command.op, a: command.a };
    this.#become(reduce(this.state, answered));
    this.on.ack(answered);
  }

  /** Send a command again when the server has time for it. */
  #later({ id, retry_ms: ms = 1_000 }) {
    const command = this.outbox.find(id);
    if (!command || this.waits.has(id)) return;
    const wait = ms + Math.random() * 500;
    this.waits.add(id);
    setTimeout(() => {
      this.waits.delete(id);
      this.#flush();
    }, wait);
    this.on.wait(command, wait);
  }

  #post(path, body, headers = {}) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const signal = AbortSignal.timeout(FETCH_MS);
    return fetch(this.base + path, { method: "POST", body, signal, headers: { "X-CSRFToken": token, ...headers } });
  }

  #say(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.on.connection(connection);
  }
}
