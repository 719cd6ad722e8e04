import { codecById, definePlugin, type Predictor } from 'continuo/plugin';

/** Tokens say that a note begins, that it ends, and that time passes, in steps of 10 ms. */
const codec = codecById('performance-388');
const on = (pitch: number) => codec.symbols.findIndex((one) => one.type === 'on' && one.pitch === pitch);
const off = (pitch: number) => codec.symbols.findIndex((one) => one.type === 'off' && one.pitch === pitch);
const SECOND = codec.symbols.findIndex((one) => one.type === 'shift' && one.steps === 100);

/** Right after time has passed none may pass again: then it says how loud the next notes are, which makes no sound. */
const VELOCITIES = codec.symbols.flatMap((one, token) => (one.type === 'velocity' ? [token] : []));

const FIFTH = 7;
const LONGEST = 4; // seconds: then it is struck again

/** What it remembers. It is never changed in place, so a snapshot is the memory itself. */
interface Memory {
  /** In the octave from C2 on. */
  readonly root: number;
  readonly sounding: readonly number[];
  readonly seconds: number;
}

/** The one token that it wants next. */
function wanted({ root, sounding, seconds }: Memory): number {
  const chord = [root, root + FIFTH];
  const wrong = sounding.find((pitch) => !chord.includes(pitch) || seconds >= LONGEST);
  if (wrong !== undefined) return off(wrong);
  const missing = chord.find((pitch) => !sounding.includes(pitch));
  return missing === undefined ? SECOND : on(missing);
}

function next(memory: Memory, token: number): Memory {
  const symbol = codec.symbols[token];
  const { root, sounding, seconds } = memory;
  switch (symbol?.type) {
    case 'on':
      if (symbol.pitch === root || symbol.pitch === root + FIFTH)
        return { root, sounding: [...sounding, symbol.pitch], seconds: 0 };
      return { ...memory, root: 36 + (symbol.pitch % 12) };
    case 'off':
      return { ...memory, sounding: sounding.filter((pitch) => pitch !== symbol.pitch) };
    case 'shift':
      return { ...memory, seconds: seconds + symbol.steps / 100 };
    default:
      return memory;
  }
}

function open(): Predictor {
  let memory: Memory = { root: 36, sounding: [], seconds: 0 };
  return {
    feed(token) {
      memory = next(memory, token);
    },
    predict(logits) {
      logits.fill(Number.NEGATIVE_INFINITY);
      for (const token of VELOCITIES) logits[token] = -20;
      // Where what it wants is not allowed, since you hold that key, time passes.
      logits[SECOND] = 0;
      logits[wanted(memory)] = 20;
    },
    snapshot: () => memory,
    restore(snapshot) {
      memory = snapshot as Memory;
    },
  };
}

export default definePlugin({ live: { codec: () => codec }, predictor: { open } });
