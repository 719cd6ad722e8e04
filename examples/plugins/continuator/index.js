import { definePlugin } from 'continuo/plugin';
import { codec, FORGET, ORDER, performance, VOICE } from './codec.js';
import { Foretelling } from './foretell.js';
import { logarithm } from './logarithm.js';
import { afterHeard, afterOwn, emptyMemory } from './memory.js';
import { OFF, ON, SHIFT } from './phrases.js';

const { symbols } = performance;
const BINS = 16;

function after(memory, token) {
  if (token >= FORGET) return { ...memory, forget: token - FORGET };
  if (token >= ORDER) return { ...memory, order: token - ORDER + 1 };
  return token < VOICE ? afterOwn(memory, symbols[token]) : afterHeard(memory, symbols[token - VOICE]);
}

/** The logits of what the plugin may play, from the shares. */
function write(logits, { kinds, pitches, velocities, steps, ends }) {
  logits.fill(Number.NEGATIVE_INFINITY, VOICE);
  for (let token = 0; token < VOICE; token++) {
    const symbol = symbols[token];
    let share = 0;
    if (symbol.type === 'on')
      share = kinds[ON] * pitches[symbol.pitch] * velocities[symbol.pitch * BINS + symbol.bin];
    else if (symbol.type === 'off') share = kinds[OFF] * ends[symbol.pitch];
    else share = kinds[SHIFT] * steps[symbol.steps];
    logits[token] = share > 0 ? logarithm(share) : -60;
  }
}

function open() {
  const foretelling = new Foretelling();
  let memory = emptyMemory();
  return {
    feed(token) {
      memory = after(memory, token);
    },
    predict(logits) {
      write(logits, foretelling.of(memory));
    },
    snapshot: () => memory,
    restore(snapshot) {
      memory = snapshot;
    },
  };
}

/** Ends what has sounded for too long, and begins nothing in a turn that is to end. */
function grammar() {
  const overdue = new Uint8Array(128); // (pitch)
  return {
    forbid(mask, { params, stream, ending }) {
      let late = false;
      for (let pitch = 0; pitch < overdue.length; pitch++) {
        overdue[pitch] = stream.soundingTime(pitch) > params.longest ? 1 : 0;
        if (overdue[pitch] === 1) late = true;
      }
      if (!late && !ending) return;
      for (let token = 0; token < VOICE; token++) {
        const { type, pitch } = symbols[token];
        if (late ? type !== 'off' || overdue[pitch] === 0 : type === 'on') mask[token] = 0;
      }
    },
    // A phrase may end where nobody has struck anything for a while.
    mayClose: ({ stream, closingFor = 0 }) => closingFor > 4 || (stream.recent?.silence ?? 1) >= 0.4,
  };
}

export default definePlugin({ live: { codec: () => codec, grammar }, predictor: { open } });
