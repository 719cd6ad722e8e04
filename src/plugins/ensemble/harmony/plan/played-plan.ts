import type { Quality } from '../../../../music/chords/chord.js';
import type { BeatNote } from '../../gestures/classify.js';
import { type Harmony, mod12, sameChord, TRIADS } from '../chord.js';
import type { HeardNote } from '../listener.js';
import { bassesOf, type PlannedChord } from './bass.js';
import { laidOut, type WholeChord } from './laid-out.js';
import { type Phrase, phrasesOf } from './phrases.js';
import type { HarmonicPlan } from './plan.js';
import { COLOURS, PLAIN } from './qualities.js';
import { HOMES, type Mode } from './tables.js';

/** Lower notes are bass. */
const BASS_BELOW = 55;
/** A tone that sounds for so much of a chord is of it; a third that sounds for less is none. */
const OF_CHORD = 0.4;
const NO_THIRD = 0.15;

/** What a file has in which chords are played. */
interface PlayedFile {
  readonly melody: readonly BeatNote[];
  /** The chord of each beat. */
  readonly harmonies: readonly Harmony[];
  /** What is played in each beat. */
  readonly heard: readonly (readonly HeardNote[])[];
}

/** The plan for a file in which chords are played: these, with what is played of basses and sevenths, in the phrases of the melody. */
export function planOfPlayed({ melody, harmonies, heard }: PlayedFile, bar: 3 | 4): HarmonicPlan {
  const count = harmonies.length;
  const phrases = phrasesOf(melody, bar, Math.ceil(count / bar));
  const begins = harmonies.flatMap((harmony, beat) =>
    beat === 0 || !sameChord(harmonies[beat - 1]!, harmony) ? [beat] : [],
  );
  const planned = begins.map((beat, index) =>
    plannedChord(harmonies[beat]!, { from: beat, until: begins[index + 1] ?? count }, lines(phrases, bar)),
  );
  const basses = bassesOf(planned);
  const chords = planned.map((chord, index): WholeChord => {
    const from = begins[index]!;
    const notes = heard.slice(from, begins[index + 1] ?? count);
    const quality = qualityIn(notes, chord);
    return { ...chord, from, quality, bass: bassIn(notes[0]!, harmonies[from]!) ?? basses[index]! };
  });
  return laidOut({ phrases, chords, mode: modeOf(harmonies) }, bar, count);
}

/** The beats with which phrases begin. */
function lines(phrases: readonly Phrase[], bar: number): ReadonlySet<number> {
  return new Set(phrases.map(({ from }) => from * bar));
}

function plannedChord(
  { tonic, root, triad }: Harmony,
  { from, until }: { readonly from: number; readonly until: number },
  phrases: ReadonlySet<number>,
): PlannedChord {
  const chord = mod12(root - tonic) * TRIADS.length + triad;
  return { tonic, chord, begins: phrases.has(from), ends: phrases.has(until) };
}

/** The bass that is played as a chord begins; null where none of its tones is. */
function bassIn(notes: readonly HeardNote[], { root, triad }: Harmony): number | null {
  const low = notes.filter(({ pitch, from }) => pitch < BASS_BELOW && from < 0.3);
  if (low.length === 0) return null;
  const bass = mod12(Math.min(...low.map(({ pitch }) => pitch)) - root);
  const tones: readonly number[] = TRIADS[triad]!;
  return tones.includes(bass) ? mod12(bass + root) : null;
}

/** The quality that is played: with a seventh, or a second or fourth where no third sounds. */
function qualityIn(beats: readonly (readonly HeardNote[])[], { tonic, chord }: PlannedChord): Quality {
  const root = mod12(tonic + Math.floor(chord / TRIADS.length));
  const triad = chord % TRIADS.length;
  const shares = new Float64Array(12);
  for (const notes of beats)
    for (const pc of new Set(notes.map(({ pitch }) => mod12(pitch - root)))) shares[pc]! += 1 / beats.length;
  const third = TRIADS[triad]![1];
  for (const quality of QUALITIES_OF[triad]!) {
    const suspended = quality.startsWith('sus');
    if (shares[COLOURS[quality]!]! >= OF_CHORD && (!suspended || shares[third]! <= NO_THIRD)) return quality;
  }
  return PLAIN[triad]!;
}

/** What a triad may turn out to be. (triad) */
const QUALITIES_OF: readonly (readonly Quality[])[] = [['7', 'maj7', 'sus4', 'sus2'], ['min7'], []];

/** Whether the minor chord of the scale is home: where it sounds for longer than the major one. */
function modeOf(harmonies: readonly Harmony[]): Mode {
  const count = (home: number) =>
    harmonies.filter(({ tonic, root, triad }) => mod12(root - tonic) * TRIADS.length + triad === home).length;
  return count(HOMES[1]) > count(HOMES[0]) ? 1 : 0;
}
