import type { EncodedPiece } from '../../../../codec/codec.js';
import { binOfVelocity } from '../../../../codec/performance/alphabet.js';
import {
  type BeatMap,
  EARLY,
  FEWEST_BEATS,
  mapBetween,
  TICKS_PER_BEAT,
  TICKS_PER_SLOT,
  tickAt,
  timeAt,
} from '../../../../music/beats/beat-map.js';
import { type Chord, QUALITIES } from '../../../../music/chords/chord.js';
import type { Performance } from '../../../../music/note.js';
import { applyPedal, byStartThenPitch } from '../../../../music/pedal.js';
import type { Pitch, Seconds } from '../../../../music/units.js';
import { STEPS_PER_OCTAVE, stepOfLength } from './length.js';
import { hasLeftTempo, tempoOfBeat } from './tempo.js';
import { beatVocabulary, END, KEYS, LOWEST, PERIOD, VELOCITY_BINS } from './vocabulary.js';

/** A chord, or null for none, from `time` until the next change. */
export interface ChordChange {
  readonly time: Seconds;
  readonly chord: Chord | null;
}

/** A performance with its beats and chords. */
export interface BeatPiece {
  readonly performance: Performance;
  readonly map: BeatMap;
  /** Sorted by time; before the first there is no chord. */
  readonly chords: readonly ChordChange[];
  /** Bars are written up to the one that contains this time; default: up to that of the last note. */
  readonly until?: Seconds;
}

/** A note in ticks. */
interface TickNote {
  readonly pitch: Pitch;
  readonly bin: number;
  readonly start: number;
  end: number;
}

/**
 * Encodes a performance by its beats, from the bar of the first note to that of the last, with an end token. Each bar begins with its
 * chord; other beats have one where the chord changes, and a tempo is written where it changes.
 */
export function encodeBeats({ performance, map: whole, chords, until }: BeatPiece): EncodedPiece {
  const sounding = applyPedal(performance);
  const first = sounding.reduce((earliest, { start }) => Math.min(earliest, start), Infinity);
  const last = sounding.reduce((latest, { start }) => Math.max(latest, start), -Infinity);
  if (sounding.length === 0) return { tokens: [END], folded: 0, merged: 0 };
  const map = mapBetween(whole, first, until ?? last);
  const { notes, folded, merged } = onGrid(sounding, map);
  const spoken = chordsByBeat(chords, map);

  const tokens: number[] = [];
  let [beat, next] = [0, 0];
  let tempo: number | null = null;
  for (const [bar, length] of map.bars.entries()) {
    tokens.push(beatVocabulary.token('BAR', { beats: length - FEWEST_BEATS, number: bar % PERIOD }));
    const pace = (map.beats[beat + length]! - map.beats[beat]!) / length;
    if (tempo === null || hasLeftTempo(pace, tempo)) {
      tempo = tempoOfBeat(pace);
      tokens.push(beatVocabulary.token('TEMPO', { bin: tempo }));
    }
    let head = -Infinity;
    for (let at = 0; at < length; at++) {
      const chord = spoken[beat + at]!;
      if (at === 0 || !isSame(chord, spoken[beat + at - 1]!)) tokens.push(chordToken(chord, at));
      for (; next < notes.length && notes[next]!.start < TICKS_PER_BEAT * (beat + at + 1) - EARLY; next++) {
        const note = notes[next]!;
        const tick = note.start - TICKS_PER_BEAT * beat + EARLY;
        if (tick !== head) tokens.push(positionToken(tick));
        head = tick;
        tokens.push(...noteTokens(note));
      }
    }
    beat += length;
  }
  return { tokens: [...tokens, END], folded, merged };
}

/** Quantises notes to ticks, sorted by tick and pitch; no two notes of a pitch overlap. */
function onGrid(
  sounding: readonly Performance['notes'][number][],
  map: BeatMap,
): { notes: TickNote[]; folded: number; merged: number } {
  const notes: TickNote[] = [];
  const last = new Map<Pitch, TickNote>();
  let [folded, merged] = [0, 0];
  for (const note of sounding.toSorted(byStartThenPitch)) {
    const pitch = foldedPitch(note.pitch);
    if (pitch !== note.pitch) folded++;
    const [start, end] = [Math.round(tickAt(map, note.start)), tickAt(map, note.end)];
    const bin = binOfVelocity(note.velocity, VELOCITY_BINS);
    const before = last.get(pitch);
    if (before?.start === start) {
      const louder = { ...before, bin: Math.max(before.bin, bin), end: Math.max(before.end, end) };
      notes[notes.indexOf(before, -MOST_AT_ONCE)] = louder;
      last.set(pitch, louder);
      merged++;
      continue;
    }
    if (before !== undefined) before.end = Math.min(before.end, start);
    const added = { pitch, bin, start, end };
    notes.push(added);
    last.set(pitch, added);
  }
  return { notes: notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch), folded, merged };
}

/** A note that coincides with the next one is among this many last notes. */
const MOST_AT_ONCE = 2 * KEYS;

function foldedPitch(pitch: Pitch): Pitch {
  let folded = pitch;
  while (folded < LOWEST) folded += 12;
  while (folded >= LOWEST + KEYS) folded -= 12;
  return folded;
}

/** The chord of each beat; a change counts from the nearest beat on. (beat) */
function chordsByBeat(chords: readonly ChordChange[], map: BeatMap): (Chord | null)[] {
  let next = 0;
  let chord: Chord | null = null;
  return map.beats.slice(0, -1).map((_, beat) => {
    const until = timeAt(map, TICKS_PER_BEAT * (beat + 0.5));
    for (; next < chords.length && chords[next]!.time < until; next++) chord = chords[next]!.chord;
    return chord;
  });
}

function isSame(a: Chord | null, b: Chord | null): boolean {
  return a?.root === b?.root && a?.quality === b?.quality;
}

function chordToken(chord: Chord | null, beat: number): number {
  if (chord === null) return beatVocabulary.token('NO_CHORD', { beat });
  const quality = QUALITIES.indexOf(chord.quality);
  return beatVocabulary.token('CHORD', { root: chord.root, quality, beat });
}

/** The token of a position; `tick` counts from the earliest tick of the bar's first sixteenth. */
function positionToken(tick: number): number {
  const slot = Math.floor(tick / TICKS_PER_SLOT);
  return beatVocabulary.token('POSITION', { slot, micro: tick - slot * TICKS_PER_SLOT });
}

function noteTokens({ pitch, bin, start, end }: TickNote): [number, number] {
  const step = stepOfLength((end - start) / TICKS_PER_BEAT);
  const octave = Math.floor(step / STEPS_PER_OCTAVE);
  return [
    beatVocabulary.token('NOTE', { pitch: pitch - LOWEST, bin }),
    beatVocabulary.token('LENGTH', { octave, fine: step - octave * STEPS_PER_OCTAVE }),
  ];
}
