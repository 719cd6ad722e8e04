import { mod12, TRIADS } from '../chord.js';
import type { SpanNote } from './spans.js';
import { KINDS, SCALE, TONES } from './tables.js';

/** How much a note says, and so much more for each beat. */
const NOTE = 0.35;
const BEAT = 0.55;
/** What a heavy note costs that is a semitone above a tone of the chord. */
const CLASH = 1.2;

/** What the notes of a span say for each chord of the scale on `tonic`, in nats. */
export function saidBy(notes: readonly SpanNote[], tonic: number): Float64Array {
  const said = new Float64Array(KINDS);
  for (const { pitch, length, heavy } of notes) {
    const pc = mod12(pitch - tonic);
    const weight = NOTE + BEAT * length;
    for (let kind = 0; kind < KINDS; kind++) {
      said[kind]! += weight * (TONES[heavy ? 1 : 0]![kind]![pc]! - SCALE[pc]!);
      if (heavy && clashes(kind, pc)) said[kind]! -= CLASH * length;
    }
  }
  return said;
}

/** Whether a note is a semitone above a tone of a chord, and no tone of it. The major seventh is none of these. */
function clashes(kind: number, pc: number): boolean {
  const above = mod12(pc - Math.floor(kind / TRIADS.length));
  const triad: readonly number[] = TRIADS[kind % TRIADS.length]!;
  return above !== 11 && !triad.includes(above) && triad.includes(mod12(above - 1));
}
