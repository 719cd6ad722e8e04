import type { BeatNote } from '../../gestures/classify.js';
import { mod12, TRIADS } from '../chord.js';
import { bassesOf, type PlannedChord } from './bass.js';
import { type Phrase, phrasesOf } from './phrases.js';
import type { Cadence, HarmonicPlan, PlannedBeat } from './plan.js';
import { qualityOf } from './qualities.js';
import { chordsOfSong, type SongChords } from './song.js';
import { spanNotes } from './spans.js';
import { DOMINANTS, HOMES, type Mode } from './tables.js';

/** A chord with all that is planned of it, and its first span. */
type WholeChord = PlannedChord & Pick<PlannedBeat, 'quality' | 'bass'> & { readonly span: number };

/** The plan for a melody alone. `bar`: beats of a bar; `count`: beats to plan, the first of which begins a bar. */
export function planOfMelody(melody: readonly BeatNote[], bar: 3 | 4, count: number): HarmonicPlan {
  const phrases = phrasesOf(melody, bar, Math.ceil(count / bar));
  const song = chordsOfSong(melody, phrases, bar);
  const chords = wholeChords(song, melody);
  const cadences = phrases.map((_, phrase) => cadenceOf(song, phrase));
  let next = 0;
  const beats = song.spans.flatMap(({ from, beats, phrase }, at): PlannedBeat[] => {
    if (chords[next + 1]?.span === at) next++;
    const whole = chords[next]!;
    const place = barOf(phrases[phrase]!, from, bar);
    return Array.from({ length: beats }, (_, offset) => ({
      harmony: { tonic: whole.tonic, root: rootOf(whole), triad: whole.chord % TRIADS.length },
      ...{ quality: whole.quality, bass: whole.bass, begins: offset === 0 && whole.span === at },
      section: letterOf(phrases[phrase]!.letter),
      ...place,
      cadence: place.bar === place.bars - 1 ? cadences[phrase]! : null,
    }));
  });
  return beats.slice(0, count);
}

function rootOf({ tonic, chord }: PlannedChord): number {
  return mod12(tonic + Math.floor(chord / TRIADS.length));
}

function barOf({ from, bars }: Phrase, beat: number, length: number): Pick<PlannedBeat, 'bar' | 'bars'> {
  return { bar: Math.floor(beat / length) - from, bars };
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
    span: begins[index]!,
    bass: basses[index]!,
    quality: qualityOf(chord, planned[index + 1], notes.slice(begins[index], begins[index + 1]).flat()),
  }));
}

/** A to Z, then AA and so on. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

function cadenceOf({ spans, chords, mode }: SongChords, phrase: number): Cadence | null {
  const own = chords.filter((_, at) => spans[at]!.phrase === phrase);
  const last = own.at(-1)!;
  if (DOMINANTS[mode]!.includes(last)) return 'half';
  const before = own.findLast((chord) => chord !== last);
  return last === HOMES[mode] && before !== undefined && leadsHome(before, mode) ? 'full' : null;
}

/** Whether a chord is the dominant of a home, or its subdominant. */
function leadsHome(chord: number, mode: Mode): boolean {
  const [five, four] = [7, 5].map((above) => mod12(Math.floor(HOMES[mode] / TRIADS.length) + above));
  const root = Math.floor(chord / TRIADS.length);
  return root === five || root === four || DOMINANTS[mode]!.includes(chord);
}
