/*
 * Keeps one page in step with its room: over a socket, else by server-sent events, else by asking every few seconds.
 *
 *   const client = new RoomClient(root, state, { outbox, onChange, onConnection, onAck });
 *   client.start();
 *   client.give("vote.set", { q: "…", on: true });    // kept until acknowledged, whatever happens to the connection
 *
 * root carries data-socket, data-base, data-ticket and, for moderators, data-staff.
 */

import { fromSnapshot, isBehind, reduce } from "./reducer.js";

const VERSION = 1;
const WELCOME_MS = 5_000;
const SILENCE_MS = 40_000;
const GAP_MS = 500;
const TICKET_MS = 8 * 60_000;
const SOCKET_AGAIN_MS = 2 * 60_000;
const FAILURES = 2;
const STREAM_SILENCE_MS = 20_000;
const DAY_MS = 24 * 60 * 60_000;
const REMEMBERED = "live-without-socket-until";
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

/** Whether sockets failed here within the last day; what cannot be read was never written. */
export function knowsNoSocket(storage, now) {
  try {
    return Number(storage.getItem(REMEMBERED)) > now;
  } catch {
    return false;
  }
}

/** Remember for a day that sockets do not get through here, or forget it. */
export function rememberSocket(storage, works, now) {
  try {
    if (works) storage.removeItem(REMEMBERED);
    else storage.setItem(REMEMBERED, String(now + DAY_MS));
  } catch {
    // A browser that keeps nothing tries the socket first each time.
  }
}

/** Hand a frame to whoever else listens on the page: polls keep no state that could fall behind (see polls.js). */
function tell(frame) {
  document.dispatchEvent(new CustomEvent("room:frame", { detail: frame }));
}

export class RoomClient {
  constructor(root, state, { outbox, onChange, onConnection, onAck }) {
    this.state = state;
    this.outbox = outbox;
    this.on = { change: onChange, connection: onConnection, ack: onAck };
    this.base = root.dataset.base;
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${root.dataset.socket}`;
    this.isStaff = "staff" in root.dataset;
    this.ticket = { text: root.dataset.ticket, at: Date.now() };
    this.failures = 0;
    this.attempt = 0;
    this.socket = null;
    this.isWelcome = false;
    this.inFlight = new Set();
  }

  start() {
    this.#say("connecting");
    if (knowsNoSocket(globalThis.localStorage, Date.now())) this.#stream();
    else this.#open();
    window.addEventListener("online", () => this.#reopen());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#lookAgain();
    });
  }

  /** Keep a command and send it; the acknowledgement arrives at onAck, perhaps after a reload. */
  give(op, a) {
    const command = this.outbox.add(op, a, Date.now());
    this.#flush();
    return command;
  }

  // --- The socket -------------------------------------------------------------------------------------------------

  async #open() {
    clearTimeout(this.reopening);
    if (this.isOver || !(await this.#renewTicket())) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.isWelcome = false;
    const patience = setTimeout(() => socket.close(), WELCOME_MS);
    socket.addEventListener("open", () => {
      const { epoch, seq, sseq, cv } = this.state;
      socket.send(JSON.stringify({ t: "hello", v: VERSION, ticket: this.ticket.text, have: { epoch, seq, sseq, cv } }));
    });
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.t === "welcome") clearTimeout(patience);
      this.#heard();
      this.#receive(frame);
    });
    socket.addEventListener("close", ({ code }) => {
      clearTimeout(patience);
      if (this.socket === socket) this.#lost(code);
    });
  }

  #lost(code) {
    clearTimeout(this.silence);
    this.socket = null;
    if (code === SIGNED_OUT || code === TOO_MANY) {
      this.#end(code === TOO_MANY ? "too_many" : "signed_out");
      return;
    }
    if (this.isWelcome) this.failures = 0;
    else this.failures += 1;
    this.isWelcome = false;
    // A ticket that was refused is not offered twice.
    this.ticket.at = -Infinity;
    if (this.failures >= FAILURES) {
      this.failures = 0;
      rememberSocket(globalThis.localStorage, false, Date.now());
      this.#stream();
      return;
    }
    this.#say("reconnecting");
    // A server that said goodbye also said when to come back.
    this.reopening = setTimeout(() => this.#open(), this.returnAfter ?? backoff(this.attempt++));
    this.returnAfter = null;
  }

  // --- Server-sent events -----------------------------------------------------------------------------------------

  #stream() {
    clearTimeout(this.reopening);
    if (this.isOver || this.source) return;
    const { epoch, seq, sseq, cv } = this.state;
    const query = new URLSearchParams({ epoch, seq, cv, ...(this.isStaff ? { sseq } : {}) });
    const source = new EventSource(`${this.base}stream?${query}`);
    this.source = source;
    const silent = () => {
      this.#endStream();
      this.#poll();
      this.reopening = setTimeout(() => this.#open(), SOCKET_AGAIN_MS);
    };
    const heard = () => {
      clearTimeout(this.silence);
      this.silence = setTimeout(silent, STREAM_SILENCE_MS);
    };
    heard();
    source.addEventListener("message", ({ data }) => {
      heard();
      this.#receive(JSON.parse(data));
    });
    source.addEventListener("over", ({ data }) => {
      this.#endStream();
      this.#end(Number(data) === TOO_MANY ? "too_many" : "signed_out");
    });
    source.addEventListener("error", () => {
      // A browser comes back by itself, unless it was refused for good.
      if (source.readyState === EventSource.CLOSED) silent();
      else this.#say("reconnecting");
    });
  }

  #endStream() {
    clearTimeout(this.silence);
    if (!this.source) return;
    this.source.close();
    this.source = null;
    this.isWelcome = false;
  }

  #reopen() {
    if (this.socket === null && !this.source) this.#open();
  }

  #heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.close(), SILENCE_MS);
  }

  #end(why = "signed_out") {
    this.isOver = true;
    this.#endStream();
    clearTimeout(this.polling);
    clearTimeout(this.reopening);
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
    this.#say("reconnecting");
    this.reopening = setTimeout(() => this.#open(), backoff(this.attempt++));
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
      this.attempt = 0;
      this.inFlight.clear();
      if (this.socket) rememberSocket(globalThis.localStorage, true, Date.now());
      clearTimeout(this.polling);
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
      this.inFlight.clear();
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
    if (this.socket === null && !this.source) this.#reopen();
    else this.#fetchEvents();
  }

  // --- Asking over HTTP -------------------------------------------------------------------------------------------

  async #fetchState() {
    if (this.isFetching) return;
    this.isFetching = true;
    try {
      const headers = this.etag && !this.state.isStale ? { "If-None-Match": this.etag } : {};
      const response = await fetch(`${this.base}state${this.isStaff ? "?staff=1" : ""}`, { headers, cache: "no-store" });
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

  async #fetchEvents() {
    const { seq, sseq, cv, phase } = this.state;
    const query = new URLSearchParams({ after: seq, cv, phase, ...(this.isStaff ? { staff_after: sseq } : {}) });
    const response = await fetch(`${this.base}events?${query}`, { cache: "no-store" }).catch(() => null);
    if (response?.status === 200 && !response.redirected) {
      const frame = { t: "events", ...(await response.json()) };
      this.#become(reduce(this.state, frame));
      frame.events?.forEach(tell);
      tell(frame);
    }
    return response;
  }

  async #poll() {
    clearTimeout(this.polling);
    if (this.isOver || this.isWelcome || this.source) return;
    const response = await this.#fetchEvents();
    if (response?.redirected || [403, 404].includes(response?.status)) {
      this.#end();
      return;
    }
    this.#say(response ? "polling" : "reconnecting");
    if (response) await this.#flush();
    if (this.#awaitsDecision()) await this.#fetchState();
    this.polling = setTimeout(() => this.#poll(), pollEvery(this.state.phase));
  }

  // --- Commands ---------------------------------------------------------------------------------------------------

  async #flush() {
    const messages = this.outbox.messages(Date.now());
    if (messages.length === 0) return;
    if (this.isWelcome && this.socket?.readyState === WebSocket.OPEN) {
      for (const message of messages.filter(({ id }) => !this.inFlight.has(id))) {
        this.inFlight.add(message.id);
        this.socket.send(JSON.stringify(message));
      }
      return;
    }
    try {
      const body = JSON.stringify(messages.slice(0, 20));
      const response = await this.#post("commands", body, { "Content-Type": "application/json" });
      if (response.ok && !response.redirected) for (const ack of await response.json()) this.#settle(ack);
    } catch {
      // Offline: the commands are kept and go out with the next connection.
    }
  }

  #settle(ack) {
    this.inFlight.delete(ack.id);
    const command = this.outbox.settle(ack);
    if (command === null) {
      if (ack.e) setTimeout(() => this.#flush(), (ack.retry_ms ?? 1_000) + Math.random() * 500);
      return;
    }
    const answered = { ...ack, op: command.op, a: command.a };
    this.#become(reduce(this.state, answered));
    this.on.ack(answered);
  }

  #post(path, body, headers = {}) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    return fetch(this.base + path, { method: "POST", body, headers: { "X-CSRFToken": token, ...headers } });
  }

  #say(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.on.connection(connection);
  }
}
