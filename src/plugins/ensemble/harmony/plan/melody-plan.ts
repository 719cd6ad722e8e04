import type { BeatNote } from '../../gestures/classify.js';
import { bassesOf, type PlannedChord } from './bass.js';
import type { Signature } from './keys.js';
import { laidOut, type WholeChord } from './laid-out.js';
import { phrasesOf } from './phrases.js';
import type { HarmonicPlan } from './plan.js';
import { qualityOf } from './qualities.js';
import { chordsOfSong, type SongChords } from './song.js';
import { spanNotes } from './spans.js';

/**
 * The plan for a melody alone. `bar`: beats of a bar; `count`: beats to plan, the first of which begins a bar; `signatures`: the keys that
 * the file says, of which the melody has the last word.
 */
export function planOfMelody(
  melody: readonly BeatNote[],
  bar: 3 | 4,
  count: number,
  signatures: readonly Signature[] = [],
): HarmonicPlan {
  const phrases = phrasesOf(melody, bar, Math.ceil(count / bar));
  const song = chordsOfSong(melody, phrases, bar, signatures);
  return laidOut({ phrases, chords: wholeChords(song, melody), mode: song.mode }, bar, count);
}

/** The chords of a song one after the other, with their basses and qualities. */
function wholeChords({ spans, chords, keys }: SongChords, melody: readonly BeatNote[]): WholeChord[] {
  const begins = spans.flatMap(({ phrase }, at) =>
    at === 0 || chords[at - 1] !== chords[at] || keys[phrase] !== keys[spans[at - 1]!.phrase] ? [at] : [],
  );
  const planned = begins.map((at, index): PlannedChord => {
    const { phrase } = spans[at]!;
    const last = (begins[index + 1] ?? spans.length) - 1;
    return {
      ...{ tonic: keys[phrase]!, chord: chords[at]! },
      begins: spans[at]!.at === 0,
      ends: spans[last + 1]?.phrase !== spans[last]!.phrase,
    };
  });
  const notes = spanNotes(melody, spans);
  const basses = bassesOf(planned);
  return planned.map((chord, index) => ({
    ...chord,
    from: spans[begins[index]!]!.from,
    bass: basses[index]!,
    quality: qualityOf(chord, planned[index + 1], notes.slice(begins[index], begins[index + 1]).flat()),
  }));
}
