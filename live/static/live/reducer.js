/*
 * What a client knows of a room, and how a frame changes it. Pure: nothing here touches the page, the clock or the net.
 *
 *   let state = fromSnapshot(snapshot, mine);
 *   state = reduce(state, frame);
 *   if (state.isStale) …fetch a snapshot…  else if (isBehind(state)) …fetch the events in between…
 */

import { ordered } from "./listing.js";

const byId = (questions) => Object.fromEntries(questions.map((question) => [question.id, question]));

/** The state a snapshot describes; mine is {"questions", "votes"} of the person looking. */
export function fromSnapshot(snapshot, mine) {
  const numbers = { seq: snapshot.seq, sseq: snapshot.sseq ?? 0, cv: snapshot.cv };
  return {
    epoch: snapshot.epoch,
    ...numbers,
    heard: numbers,
    isStale: false,
    hasStaffStream: "sseq" in snapshot,
    phase: snapshot.phase,
    stage: snapshot.stage,
    clock: snapshot.clock ?? null,
    pinned: snapshot.pinned ?? null,
    wanted: snapshot.wanted ?? true,
    questions: byId(snapshot.questions),
    queue: byId(snapshot.queue ?? []),
    looks: snapshot.looks ?? {},
    banned: snapshot.banned ?? [],
    ...ownOf(mine),
  };
}

function ownOf(mine) {
  return { own: byId(mine.questions), votes: mine.votes, named: mine.named ?? [] };
}

/** Whether those who take part may still ask, vote and reply in a phase. */
export function isAsking(phase) {
  return phase !== "answers" && phase !== "closed";
}

/** The slot on stage, or null: before and after the day nobody is, whatever was left there. */
export function onStage({ phase, stage }) {
  return phase === "live" ? stage : null;
}

/** Whether the server has numbers that this state has not reached. */
export function isBehind(state) {
  return ["seq", "sseq", "cv"].some((name) => state.heard[name] > state[name]);
}

/** The state after a frame. A frame already known changes nothing; one from too far ahead only tells how far behind we are. */
export function reduce(state, frame) {
  const step = STEPS[frame.t];
  return step ? step(state, frame) : state;
}

/**
 * The one question for the big screen: what a moderator pinned, else the most wanted unanswered one. While somebody is
 * on stage only what is asked of them, and nothing where a moderator wants the screen to stay empty.
 */
export function onScreen(state) {
  if (state.pinned && state.questions[state.pinned]) return state.questions[state.pinned];
  if (!state.wanted) return null;
  const waiting = Object.values(state.questions).filter(({ answer, slot }) => !answer && (!state.stage || slot === state.stage));
  return ordered(waiting, "votes")[0] ?? null;
}

const STEPS = {
  welcome: welcomed,
  ev: (state, frame) => inSequence(state, "seq", frame, applyPublic),
  sev: (state, frame) => inSequence(state, "sseq", frame, applyStaff),
  counts: counted,
  looks: (state, frame) => ({ ...state, looks: frame.l }),
  mine: (state, frame) => ({ ...state, ...ownOf(frame) }),
  hb: (state, frame) => hear(state, frame),
  resync: (state) => ({ ...state, isStale: true }),
  events: polled,
  ack: acknowledged,
};

function stageOf({ phase, stage, clock = null }) {
  return { phase, stage, clock };
}

function hear(state, { seq = 0, sseq = 0, cv = 0 }) {
  const { heard } = state;
  return {
    ...state,
    heard: { seq: Math.max(heard.seq, seq), sseq: Math.max(heard.sseq, sseq), cv: Math.max(heard.cv, cv) },
  };
}

function welcomed(state, frame) {
  if (frame.epoch !== state.epoch) return { ...state, isStale: true };
  const heard = hear(state, state.hasStaffStream ? frame : { ...frame, sseq: 0 });
  return { ...heard, phase: frame.phase, ...ownOf(frame.mine) };
}

function inSequence(state, number, frame, apply) {
  if (frame.seq <= state[number]) return state;
  const heard = hear(state, { [number]: frame.seq });
  return frame.seq === state[number] + 1 ? apply({ ...heard, [number]: frame.seq }, frame) : heard;
}

function applyPublic(state, frame) {
  if (frame.k === "phase.set") {
    // A replayed frame does not say what the phase is now.
    return "stage" in frame ? { ...state, ...stageOf(frame) } : { ...state, isStale: true };
  }
  if (frame.k === "stage.set") return { ...state, pinned: frame.pinned, wanted: frame.wanted ?? state.wanted };
  const id = frame.q?.id ?? frame.id;
  if (!id) return state;
  const { [id]: known, ...others } = state.questions;
  if (!frame.q) return { ...gone(state, id, frame.into), questions: others };
  // Counts have a number of their own: a question read a moment earlier must not turn them back.
  const question = known && frame.q.counts[0] < known.counts[0] ? { ...frame.q, counts: known.counts } : frame.q;
  return { ...state, questions: { ...others, [id]: question }, own: ownChanged(state, id, { ...question, state: "public" }) };
}

/** Without a question that the public sees no more; into is what it was merged into, where a vote on it counts now. */
function gone(state, id, into) {
  const pinned = state.pinned === id ? null : state.pinned;
  if (!into) {
    // Only the asker may know what became of it: until that is asked for, it is as if nobody had decided yet.
    return { ...state, pinned, own: ownChanged(state, id, { state: "pending" }, "public") };
  }
  const moved = (ids) => [...new Set(ids.map((voted) => (voted === id ? into : voted)))];
  const merged = { state: "merged", into: { id: into, no: state.questions[into]?.no ?? "" } };
  return { ...state, pinned, own: ownChanged(state, id, merged), votes: moved(state.votes), named: moved(state.named) };
}

function ownChanged(state, id, change, onlyFrom = null) {
  const known = state.own[id];
  if (!known || (onlyFrom && known.state !== onlyFrom)) return state.own;
  return { ...state.own, [id]: { ...known, ...change } };
}

function applyStaff(state, frame) {
  if (frame.k === "bans.changed") return { ...state, banned: frame.banned };
  if (!frame.q) return state;
  const { [frame.q.id]: _before, ...others } = state.queue;
  return { ...state, queue: frame.q.state === "withdrawn" ? others : { ...others, [frame.q.id]: frame.q } };
}

function counted(state, frame) {
  if (frame.cv < state.cv) return state;
  const questions = { ...state.questions };
  const queue = { ...state.queue };
  for (const [id, counts] of Object.entries(frame.c)) {
    if (questions[id]) questions[id] = { ...questions[id], counts };
    if (queue[id]) queue[id] = { ...queue[id], counts };
  }
  return { ...hear(state, frame), cv: frame.cv, questions, queue };
}

/** The answer of /events: many frames in one, from which nothing is missing. */
function polled(state, frame) {
  if (frame.resync || frame.epoch !== state.epoch) return { ...state, isStale: true };
  const events = frame.events.map((event) => (event.k === "phase.set" ? { ...event, ...stageOf(frame) } : event));
  const next = counted(events.reduce(reduce, state), { cv: frame.cv, c: frame.counts });
  return { ...next, seq: frame.seq, sseq: frame.sseq ?? next.sseq, ...stageOf(frame), pinned: frame.pinned ?? next.pinned };
}

/** An acknowledgement, together with the command (`op`, `a`) it answers. */
function acknowledged(state, ack) {
  if (!ack.ok) return state;
  const id = ack.r.q;
  if (ack.op === "vote.set") {
    const votes = state.votes.filter((voted) => voted !== id);
    const known = state.questions[id];
    const questions = known ? { ...state.questions, [id]: { ...known, counts: ack.r.counts } } : state.questions;
    const named = state.named.filter((told) => told !== id);
    return {
      ...state,
      questions,
      votes: ack.r.on ? [...votes, id] : votes,
      named: ack.r.on && ack.a.named ? [...named, id] : named,
    };
  }
  if (ack.op === "question.ask") {
    const question = { id, no: ack.r.no, body: ack.a.body, state: ack.r.state, reason: "" };
    return { ...state, own: { ...state.own, [id]: { ...question, ...state.own[id] } } };
  }
  if (ack.op === "question.withdraw") return { ...state, own: ownChanged(state, id, { state: "withdrawn" }) };
  return state;
}
