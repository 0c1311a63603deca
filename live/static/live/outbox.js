/*
 * Commands that were given and are not yet acknowledged. They survive a reload, and belong to one person in one room.
 *
 *   const outbox = new Outbox(localStorage, roomAddress, participant);
 *   const command = outbox.add("vote.set", { q, on: true }, Date.now());
 *   for (const message of outbox.messages()) socket.send(JSON.stringify(message));
 *   outbox.settle(ack);        // → the command it answers, or null
 */

const PREFIX = "live:";
// The server remembers a command's result for a day; what is older could be carried out a second time.
const KEPT_MS = 23 * 60 * 60 * 1000;
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

/** Remove everything kept for other people on this browser, or for everybody: city halls share terminals. */
export function forget(storage, exceptParticipant = null) {
  const keys = typeof storage.keys === "function" ? storage.keys() : Object.keys(storage);
  for (const key of keys) {
    if (key.startsWith(PREFIX) && (exceptParticipant === null || !key.startsWith(`${PREFIX}${exceptParticipant}:`))) {
      storage.removeItem(key);
    }
  }
}

export class Outbox {
  constructor(storage, room, participant) {
    this.storage = storage;
    this.key = `${PREFIX}${participant}:${room}`;
    this.commands = this.#read("outbox", []);
  }

  /** Keep a command; keeping comes first, sending after. Returns {id, op, a, at}. */
  add(op, a, at) {
    const command = { id: newId(), op, a, at };
    this.commands.push(command);
    this.#write("outbox", this.commands);
    return command;
  }

  /** The commands as they go over the wire, oldest first; those too old to be repeated are dropped. */
  messages(at) {
    this.commands = this.commands.filter((command) => at - command.at < KEPT_MS);
    return this.commands.map(({ id, op, a }) => ({ t: "cmd", id, op, a }));
  }

  /** Take out the command an acknowledgement answers and return it; null if it is not ours or will be sent again. */
  settle(ack) {
    const command = this.commands.find(({ id }) => id === ack.id);
    if (!command || (!ack.ok && RETRIED.has(ack.e))) return null;
    this.commands = this.commands.filter((other) => other !== command);
    this.#write("outbox", this.commands);
    return command;
  }

  get draft() {
    return this.#read("draft", "");
  }

  set draft(text) {
    if (text) this.#write("draft", text);
    else this.storage.removeItem(`${this.key}:draft`);
  }

  #read(name, otherwise) {
    try {
      return JSON.parse(this.storage.getItem(`${this.key}:${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  #write(name, value) {
    try {
      this.storage.setItem(`${this.key}:${name}`, JSON.stringify(value));
    } catch {
      // Storage that is full or refused: the command still goes out, it only does not survive a reload.
    }
  }
}
