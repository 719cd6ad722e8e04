import { OFF, ON, PhraseLog, phaseOf, SHIFT, withEvent } from './phrases.js';

/** What came last, where that says more than the kind: a shift of less than a second has no other behind it. */
const FULL_SHIFT = 3;
const NOTHING = 4;
const FULL = 100; // steps

/** Onsets that are compared. */
const LATEST = 8;
/** Its own onsets, which it should not go round in. */
const OWN = 192;
/** A rest is no longer than this to it. */
const LONGEST_GAP = 1000; // steps

/** A memory of nothing. Memories are never changed, so a snapshot is the memory itself. */
export function emptyMemory() {
  return {
    log: new PhraseLog(),
    length: 0,
    /** Silence that the player may only have left for an answer: it is learnt when the player goes on. */
    rests: [],
    last: NOTHING,
    /** Steps since the last onset. */
    gap: 0,
    /** Pitches that sound, first begun first. */
    heard: [],
    own: [],
    /** Pitches struck last, by whomever, the latest first. */
    latest: [],
    /** Velocity bin of the player's last onset; -1: none yet. */
    bin: -1,
    /** Its pitch; null: none yet. */
    pitch: null,
    /** Pitches that it struck itself, in order. */
    struck: new Uint8Array(0),
    order: 4,
    forget: 1,
  };
}

/** What the player did, learnt. */
export function afterHeard(memory, symbol) {
  return happened(learnt(memory, symbol), symbol, 'heard');
}

/** What the plugin did itself: nothing to learn from, but what comes next goes on from it. */
export function afterOwn(memory, symbol) {
  const after = happened(memory, symbol, 'own');
  after.rests = [];
  if (symbol.type === 'on') after.struck = Uint8Array.from([...memory.struck.slice(1 - OWN), symbol.pitch]);
  return after;
}

function learnt(memory, symbol) {
  const { heard, last, gap } = memory;
  const phase = phaseOf(last, gap, heard.length);
  switch (symbol.type) {
    case 'on': {
      const event = { kind: ON, value: symbol.pitch, extra: symbol.bin, phase };
      return { ...memory, ...withAll(memory, event), rests: [], bin: symbol.bin, pitch: symbol.pitch };
    }
    case 'off': {
      const at = heard.indexOf(symbol.pitch);
      if (at < 0) return memory; // it ended a note of the plugin's
      const event = { kind: OFF, value: heard.length - 1 - at, extra: symbol.pitch, phase };
      return { ...memory, ...withAll(memory, event), rests: [] };
    }
    default: {
      const event = { kind: SHIFT, value: symbol.steps, extra: 0, phase };
      if (heard.length > 0) return { ...memory, ...withAll(memory, event), rests: [] };
      return { ...memory, rests: [...memory.rests, event] };
    }
  }
}

function withAll({ log, length, rests }, event) {
  let place = { log, length };
  for (const rest of rests) place = withEvent(place, rest);
  return withEvent(place, event);
}

/** What follows from an event for what comes next. */
function happened(memory, symbol, voice) {
  const { pitch } = symbol;
  const without = (pitches) => (pitches.includes(pitch) ? pitches.filter((one) => one !== pitch) : pitches);
  const after = { ...memory };
  switch (symbol.type) {
    case 'on':
      after.heard = without(memory.heard);
      after.own = without(memory.own);
      after[voice] = [...after[voice], pitch];
      after.latest = [pitch, ...memory.latest.slice(0, LATEST - 1)];
      after.gap = 0;
      after.last = ON;
      break;
    case 'off':
      after.heard = without(memory.heard);
      after.own = without(memory.own);
      after.last = OFF;
      break;
    default:
      after.gap = Math.min(LONGEST_GAP, memory.gap + symbol.steps);
      after.last = symbol.steps === FULL ? FULL_SHIFT : SHIFT;
  }
  return after;
}
