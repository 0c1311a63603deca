/*
 * What a client knows of a room, and how a frame changes it. Pure: nothing here touches the page, the clock or the net.
 *
 *   let state = fromSnapshot(snapshot, mine);
 *   state = reduce(state, frame);
 *   if (state.isStale) …fetch a snapshot…  else if (isBehind(state)) …fetch the events in between…
 */

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
    questions: byId(snapshot.questions),
    queue: byId(snapshot.queue ?? []),
    own: byId(mine.questions),
    votes: mine.votes,
  };
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

/** Questions as they are listed: the newest first ("new"), else the most wanted first. */
export function ordered(questions, order) {
  const oldest = (a, b) => (a.asked_at < b.asked_at ? -1 : a.asked_at > b.asked_at ? 1 : 0);
  if (order === "new") return [...questions].sort((a, b) => oldest(b, a));
  return [...questions].sort((a, b) => b.counts[0] - a.counts[0] || oldest(a, b));
}

/** The one question for the big screen: unanswered, to whoever is on stage if anything is asked of them. */
export function onScreen(state) {
  const waiting = ordered(Object.values(state.questions).filter((question) => !question.answer), "votes");
  return waiting.find((question) => state.stage && question.slot === state.stage) ?? waiting[0] ?? null;
}

const STEPS = {
  welcome: welcomed,
  ev: (state, frame) => inSequence(state, "seq", frame, applyPublic),
  sev: (state, frame) => inSequence(state, "sseq", frame, applyStaff),
  counts: counted,
  hb: (state, frame) => hear(state, frame),
  resync: (state) => ({ ...state, isStale: true }),
  events: polled,
  ack: acknowledged,
};

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
  return { ...heard, phase: frame.phase, own: byId(frame.mine.questions), votes: frame.mine.votes };
}

function inSequence(state, number, frame, apply) {
  if (frame.seq <= state[number]) return state;
  const heard = hear(state, { [number]: frame.seq });
  return frame.seq === state[number] + 1 ? apply({ ...heard, [number]: frame.seq }, frame) : heard;
}

function applyPublic(state, frame) {
  if (frame.k === "phase.set") {
    // A replayed frame does not say what the phase is now.
    return "stage" in frame ? { ...state, phase: frame.phase, stage: frame.stage } : { ...state, isStale: true };
  }
  const id = frame.q?.id ?? frame.id;
  const { [id]: known, ...others } = state.questions;
  if (!frame.q) return { ...state, questions: others, own: ownChanged(state, id, { state: "hidden" }, "public") };
  // Counts have a number of their own: a question read a moment earlier must not turn them back.
  const question = known && frame.q.counts[0] < known.counts[0] ? { ...frame.q, counts: known.counts } : frame.q;
  return { ...state, questions: { ...others, [id]: question }, own: ownChanged(state, id, { ...question, state: "public" }) };
}

function ownChanged(state, id, change, onlyFrom = null) {
  const known = state.own[id];
  if (!known || (onlyFrom && known.state !== onlyFrom)) return state.own;
  return { ...state.own, [id]: { ...known, ...change } };
}

function applyStaff(state, frame) {
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
  const events = frame.events.map((event) => (event.k === "phase.set" ? { ...event, phase: frame.phase, stage: frame.stage } : event));
  const next = counted(events.reduce(reduce, state), { cv: frame.cv, c: frame.counts });
  return { ...next, seq: frame.seq, sseq: frame.sseq ?? next.sseq, phase: frame.phase, stage: frame.stage };
}

/** An acknowledgement, together with the command (`op`, `a`) it answers. */
function acknowledged(state, ack) {
  if (!ack.ok) return state;
  const id = ack.r.q;
  if (ack.op === "vote.set") {
    const votes = state.votes.filter((voted) => voted !== id);
    const known = state.questions[id];
    const questions = known ? { ...state.questions, [id]: { ...known, counts: ack.r.counts } } : state.questions;
    return { ...state, questions, votes: ack.r.on ? [...votes, id] : votes };
  }
  if (ack.op === "question.ask") {
    const question = { id, no: ack.r.no, body: ack.a.body, state: ack.r.state, reason: "" };
    return { ...state, own: { ...state.own, [id]: { ...question, ...state.own[id] } } };
  }
  if (ack.op === "question.withdraw") return { ...state, own: ownChanged(state, id, { state: "withdrawn" }) };
  return state;
}
