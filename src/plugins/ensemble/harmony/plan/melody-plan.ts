import type { Quality } from '../../../../music/chords/chord.js';
import type { BeatNote } from '../../gestures/classify.js';
import { mod12, TRIADS } from '../chord.js';
import { phrasesOf } from './phrases.js';
import type { Cadence, HarmonicPlan, PlannedBeat } from './plan.js';
import { chordsOfSong, type SongChords } from './song.js';
import { DOMINANTS, HOMES, type Mode } from './tables.js';

const QUALITIES: readonly Quality[] = ['maj', 'min', 'dim'];

/** The plan for a melody alone. `bar`: beats of a bar; `count`: beats to plan, the first of which begins a bar. */
export function planOfMelody(melody: readonly BeatNote[], bar: 3 | 4, count: number): HarmonicPlan {
  const phrases = phrasesOf(melody, bar, Math.ceil(count / bar));
  const song = chordsOfSong(melody, phrases, bar);
  const beats = song.spans.flatMap(({ from, beats, phrase }, at) =>
    Array.from({ length: beats }, (_, offset): PlannedBeat => {
      const { from: first, bars, letter } = phrases[phrase]!;
      const place = Math.floor((from + offset) / bar) - first;
      const chord = song.chords[at]!;
      const tonic = song.keys[phrase]!;
      const root = mod12(tonic + Math.floor(chord / TRIADS.length));
      return {
        harmony: { tonic, root, triad: chord % TRIADS.length },
        quality: QUALITIES[chord % TRIADS.length]!,
        bass: root,
        begins:
          offset === 0 &&
          (at === 0 ||
            song.chords[at - 1] !== chord ||
            song.keys[phrase] !== song.keys[song.spans[at - 1]!.phrase]),
        section: letterOf(letter),
        bar: place,
        bars,
        cadence: place === bars - 1 ? cadenceOf(song, phrase) : null,
      };
    }),
  );
  return beats.slice(0, count);
}

/** A to Z, then AA and so on. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

function cadenceOf({ spans, chords, mode }: SongChords, phrase: number): Cadence | null {
  const own = chords.filter((_, at) => spans[at]!.phrase === phrase);
  const last = own.at(-1)!;
  if (isDominant(last, mode)) return 'half';
  const before = own.findLast((chord) => chord !== last);
  const comes = before !== undefined && (isDominant(before, mode) || isSubdominant(before, mode));
  return last === HOMES[mode] && comes ? 'full' : null;
}

function isDominant(chord: number, mode: Mode): boolean {
  return DOMINANTS[mode].includes(chord as never) || chord === DOMINANTS[0][0];
}

function isSubdominant(chord: number, mode: Mode): boolean {
  return Math.floor(chord / TRIADS.length) === (mode === 0 ? 5 : 2);
}
