import { velocityOfBin } from '../../../../codec/performance/alphabet.js';
import {
  type BeatMap,
  EARLY,
  FEWEST_BEATS,
  TICKS_PER_BEAT,
  TICKS_PER_SLOT,
  timeAt,
} from '../../../../music/beats/beat-map.js';
import { type Chord, QUALITIES } from '../../../../music/chords/chord.js';
import type { Note } from '../../../../music/note.js';
import { byStartThenPitch } from '../../../../music/pedal.js';
import type { Pitch } from '../../../../music/units.js';
import type { BeatPiece, ChordChange } from './encode.js';
import { lengthOfStep, STEPS_PER_OCTAVE } from './length.js';
import { beatOfTempo, tempoOfBeat } from './tempo.js';
import { beatVocabulary, LOWEST, VELOCITY_BINS } from './vocabulary.js';

/** The music of tokens, in ticks from the first bar line. */
interface DecodedBars {
  /** Beats and tempo bin of each bar; the bin is null before the first tempo. */
  readonly bars: { readonly beats: number; tempo: number | null }[];
  readonly chords: { readonly tick: number; readonly chord: Chord | null }[];
  readonly notes: { readonly tick: number; readonly pitch: Pitch; readonly bin: number; beats: number }[];
}

const MODERATE = tempoOfBeat(0.75);

/**
 * Decodes tokens, from time 0 or by the beats of `known`, a map whose first bar is theirs. Total: without a bar line a bar of four
 * begins, a position in the past is moved to the head, a length without a note is ignored, and so is a note without a length.
 * Throws TOKEN_RANGE.
 */
export function decodeBeats(tokens: ArrayLike<number>, known?: BeatMap): BeatPiece {
  const { bars, chords, notes } = read(tokens);
  const map = mapOf(bars, known);
  return {
    performance: { notes: soundingNotes(notes, map), pedal: [] },
    map,
    chords: chords.map(({ tick, chord }): ChordChange => ({ time: timeAt(map, tick), chord })),
  };
}

function read(tokens: ArrayLike<number>): DecodedBars {
  const said: DecodedBars = { bars: [], chords: [], notes: [] };
  let [bar, end, head] = [0, 0, -EARLY];
  let tempo: number | null = null;
  let open: DecodedBars['notes'][number] | null = null;
  const begin = (beats: number): void => {
    [bar, end] = [end, end + beats * TICKS_PER_BEAT];
    head = Math.max(head, bar - EARLY);
    said.bars.push({ beats, tempo });
  };
  for (let index = 0; index < tokens.length; index++) {
    const { range, values } = beatVocabulary.read(tokens[index]!);
    if (range === 'LENGTH') {
      if (open !== null) open.beats = lengthOfStep(values.octave * STEPS_PER_OCTAVE + values.fine);
      open = null;
      continue;
    }
    open = null;
    if (range === 'PIECE') continue;
    if (range === 'BAR') {
      begin(FEWEST_BEATS + values.beats);
      continue;
    }
    if (said.bars.length === 0) begin(4);
    if (range === 'TEMPO') said.bars.at(-1)!.tempo = tempo = values.bin;
    else if (range === 'POSITION') {
      const tick = bar + TICKS_PER_SLOT * values.slot + values.micro - EARLY;
      head = Math.max(head, Math.min(tick, end - EARLY - 1));
    } else if (range === 'NOTE') {
      open = { tick: head, pitch: LOWEST + values.pitch, bin: values.bin, beats: 0 };
      said.notes.push(open);
    } else {
      const beat = Math.min(bar + TICKS_PER_BEAT * values.beat, end - TICKS_PER_BEAT);
      const tick = Math.max(beat, said.chords.at(-1)?.tick ?? 0);
      const chord = range === 'CHORD' ? { root: values.root, quality: QUALITIES[values.quality]! } : null;
      said.chords.push({ tick, chord });
      head = Math.max(head, tick - EARLY);
    }
  }
  if (said.bars.length === 0) begin(4);
  return said;
}

/** The known beats, extended at their last tempo, or beats by the tempo tokens; the earliest tick of the first bar is at 0. */
function mapOf(bars: DecodedBars['bars'], known?: BeatMap): BeatMap {
  const first = (beatOfTempo(bars[0]!.tempo ?? MODERATE) * EARLY) / TICKS_PER_BEAT;
  const beats = known ? [...known.beats] : [first];
  let passed = 0;
  for (const bar of bars) {
    passed += bar.beats;
    while (beats.length <= passed) {
      const last = known === undefined ? 0 : beats.at(-1)! - beats.at(-2)!;
      beats.push(beats.at(-1)! + (known === undefined ? beatOfTempo(bar.tempo ?? MODERATE) : last));
    }
  }
  return { beats: beats.slice(0, passed + 1), bars: bars.map(({ beats }) => beats) };
}

/** Notes in seconds; a note ends where its pitch begins again. */
function soundingNotes(said: DecodedBars['notes'], map: BeatMap): Note[] {
  const notes: { -readonly [K in keyof Note]: Note[K] }[] = [];
  const last = new Map<Pitch, (typeof notes)[number]>();
  for (const { tick, pitch, bin, beats } of said) {
    if (beats === 0) continue;
    const start = timeAt(map, tick);
    const before = last.get(pitch);
    if (before !== undefined && before.start === start) continue;
    if (before !== undefined) before.end = Math.min(before.end, start);
    const end = timeAt(map, tick + TICKS_PER_BEAT * beats);
    const note = { pitch, velocity: velocityOfBin(bin, VELOCITY_BINS), start, end };
    notes.push(note);
    last.set(pitch, note);
  }
  return notes.sort(byStartThenPitch);
}
