import { QUALITIES, type Quality } from '../../../../music/chords/chord.js';
import { mod12, TRIADS } from '../chord.js';
import type { PlannedChord } from './bass.js';
import type { SpanNote } from './spans.js';
import { COUNTED_QUALITIES } from './tables.js';

/** The triads as qualities. (triad) */
export const PLAIN: readonly Quality[] = ['maj', 'min', 'dim'];
/** The likeliest chord would always be the triad: others gain so much. */
const COLOURED = 2.05;
/** What a heavy note gains that is the tone which colours the chord, what a note costs that is the third in its stead, or a semitone off. */
const SUNG = 1.2;
const REPLACED = 4;
const RUBS = 1.5;
/** The tone that makes each quality other than its triad, above the root. */
export const COLOURS: Readonly<Partial<Record<Quality, number>>> = {
  '7': 10,
  min7: 10,
  maj7: 11,
  sus4: 5,
  sus2: 2,
};

/** The whole chord: a triad, or one with a seventh or a suspension, as people play it before such a chord and as the melody allows. */
export function qualityOf(
  { chord, tonic }: PlannedChord,
  next: PlannedChord | undefined,
  notes: readonly SpanNote[],
): Quality {
  const root = mod12(tonic + Math.floor(chord / TRIADS.length));
  const goes = next ? mod12(next.tonic + Math.floor(next.chord / TRIADS.length) - root) : TRIADS.length * 4;
  const counts = COUNTED_QUALITIES[chord]![goes]!;
  const plain = PLAIN[chord % TRIADS.length]!;
  const total = counts.reduce((sum, count) => sum + count, 0) + QUALITIES.length;
  let best = { quality: plain, nats: Math.log((counts[QUALITIES.indexOf(plain)]! + 1) / total) };
  for (const [quality, colour] of Object.entries(COLOURS) as [Quality, number][]) {
    const count = counts[QUALITIES.indexOf(quality)]!;
    if (count === 0) continue;
    const nats = Math.log(count / total) + COLOURED + suits({ colour, root, quality }, notes);
    if (nats > best.nats) best = { quality, nats };
  }
  return best.quality;
}

function suits(
  { colour, root, quality }: { readonly colour: number; readonly root: number; readonly quality: Quality },
  notes: readonly SpanNote[],
): number {
  const suspended = quality.startsWith('sus');
  let nats = 0;
  for (const { pitch, length, heavy } of notes) {
    const above = mod12(pitch - root);
    if (above === colour && heavy) nats += SUNG * length;
    if (suspended && (above === 3 || above === 4)) nats -= REPLACED * length;
    else if (mod12(above - colour) === 1 || mod12(above - colour) === 11) nats -= RUBS * length;
  }
  return nats;
}
