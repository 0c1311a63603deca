/*
 * Commands that were given and are not yet acknowledged. They survive a reload, and belong to one person in one room.
 *
 *   const outbox = new Outbox(localStorage, roomAddress, participant);
 *   const command = outbox.add("vote.set", { q, on: true }, Date.now());
 *   for (const message of outbox.messages(Date.now())) socket.send(JSON.stringify(message));
 *   outbox.settle(ack);        // → the command it answers, or null
 *   outbox.keep("draft", form);                   // what is being written, kept by a name until it is ""
 *   outbox.kept("draft");  outbox.keptUnder("desk:");
 *
 * Each command and each name has a key of its own: several tabs of one room write beside each other and not over each other.
 */

const PREFIX = "live:";
// The server remembers a command's result for a day; what is older could be carried out a second time.
const KEPT_MS = 23 * 60 * 60 * 1000;
// Another tab that is alive has sent its commands by then; of one that was closed they are left to us.
const LEFT_MS = 10_000;
const RETRIED = new Set(["rate", "busy"]);

/** A fresh id; crypto.randomUUID is missing where a page is not served over TLS. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Storage that forgets: for browsers that refuse localStorage. */
export function memory() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
    keys: () => [...kept.keys()],
  };
}

function keysOf(storage) {
  return typeof storage.keys === "function" ? storage.keys() : Object.keys(storage);
}

/** Remove everything kept for other people on this browser: city halls share terminals. */
export function forget(storage, exceptParticipant) {
  for (const key of keysOf(storage)) {
    if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${exceptParticipant}:`)) storage.removeItem(key);
  }
}

/** The newest command of a kind that waits and is about the same: undefined when nothing waits. */
export function waitingFor(commands, op, isIt) {
  return commands.findLast((command) => command.op === op && isIt(command.a));
}

export class Outbox {
  #given = new Map(); // what this tab answers for, by id: its own, and what it found when it opened or was left to it
  #found = new Set(); // the ids of those that another tab gave
  #unkept = new Map(); // what the storage had no room for
  #count = 0;

  constructor(storage, room, participant) {
    this.storage = storage;
    this.key = `${PREFIX}${participant}:${room}`;
    this.isOver = false;
    this.#take(this.commands);
  }

  /** Every command that waits, of all tabs, oldest first. */
  get commands() {
    const prefix = `${this.key}:cmd:`;
    const stored = keysOf(this.storage).filter((key) => key.startsWith(prefix)).map((key) => this.#read(key));
    const all = [...stored.filter((command) => typeof command?.op === "string"), ...this.#unkept.values()];
    return all.sort((one, other) => one.at - other.at || one.n - other.n);
  }

  /** Keep a command; keeping comes first, sending after. Returns {id, op, a, at}. Whoever signed out gives nothing. */
  add(op, a, at) {
    const command = { id: newId(), op, a, at, n: this.#count++ };
    if (this.isOver) return command;
    this.#given.set(command.id, command);
    if (!this.#write(this.#keyOf(command.id), command)) this.#unkept.set(command.id, command);
    return command;
  }

  /** The commands as they go over the wire, oldest first; those too old to be repeated are dropped. */
  messages(at) {
    for (const { id, at: since } of this.commands) if (at - since >= KEPT_MS) this.#drop(id);
    const ours = this.commands.filter(({ id, at: since }) => this.#given.has(id) || at - since >= LEFT_MS);
    this.#take(ours);
    return ours.map(({ id, op, a }) => ({ t: "cmd", id, op, a }));
  }

  /** The command with an id that this tab answers for, or undefined. */
  find(id) {
    return this.#given.get(id);
  }

  /** Take out the command an acknowledgement answers and return it; null if it is not ours or will be sent again. */
  settle(ack) {
    const command = this.#given.get(ack.id);
    if (!command || (!ack.ok && RETRIED.has(ack.e))) return null;
    this.#given.delete(ack.id);
    // The tab it comes from is open after all, and was told first.
    const isTold = this.#found.delete(ack.id) && this.storage.getItem(this.#keyOf(ack.id)) === null;
    this.#drop(ack.id);
    return isTold ? null : command;
  }

  /** Another tab took a key out of the storage: the command of ours that was settled there, or null. */
  settledElsewhere(key) {
    const id = key.startsWith(`${this.key}:cmd:`) ? key.slice(`${this.key}:cmd:`.length) : "";
    const command = this.#given.get(id) ?? null;
    this.#given.delete(id);
    this.#found.delete(id);
    return command;
  }

  /** Forget everything here: whoever wrote it has signed out. */
  clear() {
    this.isOver = true;
    this.#given.clear();
    this.#found.clear();
    this.#unkept.clear();
    for (const key of keysOf(this.storage)) if (key.startsWith(`${this.key}:`)) this.storage.removeItem(key);
  }

  /** Something being written, by a name; "" where there is nothing. */
  kept(name) {
    return this.#read(`${this.key}:${name}`) ?? "";
  }

  /** Everything being written whose name begins so: [[the rest of its name, value], …]. */
  keptUnder(start) {
    const prefix = `${this.key}:${start}`;
    const names = keysOf(this.storage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    return names.map((name) => [name, this.kept(start + name)]).filter(([, value]) => value);
  }

  keep(name, value) {
    if (this.isOver) return;
    if (value) this.#write(`${this.key}:${name}`, value);
    else this.storage.removeItem(`${this.key}:${name}`);
  }

  #take(commands) {
    for (const command of commands) {
      if (this.#given.has(command.id)) continue;
      this.#given.set(command.id, command);
      this.#found.add(command.id);
    }
  }

  #keyOf(id) {
    return `${this.key}:cmd:${id}`;
  }

  #drop(id) {
    this.#unkept.delete(id);
    this.storage.removeItem(this.#keyOf(id));
  }

  #read(key) {
    try {
      return JSON.parse(this.storage.getItem(key));
    } catch {
      return null;
    }
  }

  /** Whether it was kept: storage may be full or refused, and then a command still goes out but survives no reload. */
  #write(key, value) {
    try {
      this.storage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }
}
