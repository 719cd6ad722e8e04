import { TICKS_PER_BEAT } from '../../../../music/beats/beat-map.js';
import { cosine, mean, share } from './numbers.js';
import type { ReadBar } from './reading.js';
import { MIDDLE_C } from './texture.js';

/** Weight of a bass note; any other note has 1. */
const BASS = 2;
const MAJOR = [0, 2, 4, 5, 7, 9, 11];
/** How many bars of context to use for chords and keys. */
const MEMORY = 16;

/** Features of harmony: whether chord loops continue, whether notes clash, and whether they fit key and chords. */
export function harmonyOf(before: readonly ReadBar[], span: readonly ReadBar[]) {
  const all = [...before, ...span];
  const colours = all.map(colourOf);
  const first = before.length;
  /** Mean cosine similarity, in pitch classes, of the span's bars to the bars that many bars earlier. */
  const loop = (bars: number): number =>
    mean(
      span.flatMap((_, at) =>
        first + at < bars ? [] : [cosine(colours[first + at]!, colours[first + at - bars]!)],
      ),
    );
  const loops = { loop1: loop(1), loop2: loop(2), loop4: loop(4), loop8: loop(8) };
  const near = before.slice(-MEMORY);
  const key = keyOf(sum(colours.slice(Math.max(0, first - MEMORY), first)));
  const [outside, heardOutside] = [
    outsideOf(sum(colours.slice(first)), key),
    outsideOf(sum(colours.slice(0, first)), key),
  ];
  const strong = strongBeats(span);
  const known = new Set(near.flatMap(({ chords }) => chords.map(({ chord }) => chord)));
  const said = span.flatMap(({ chords }) => chords);
  return {
    ...loops,
    loopBest: Math.max(loops.loop2, loops.loop4, loops.loop8),
    outside,
    outsideChange: outside - heardOutside,
    clashes: share(strong, clashes),
    clashesChange: share(strong, clashes) - share(strongBeats(near), clashes),
    newChords: share(said, ({ chord }) => !known.has(chord)),
    chordsABar: said.length / Math.max(1, span.length),
    ...inChords(span, heldChord(before)),
    chordKinds: new Set(said.map(({ chord }) => chord)).size / Math.max(1, span.length),
  };
}

/** How long each pitch class sounds in a bar, in beats; low notes weigh more. (12) */
export function colourOf({ notes, beats }: ReadBar): number[] {
  const colour = new Array<number>(12).fill(0);
  for (const { pitch, tick, beats: length } of notes) {
    const within = Math.min(length, beats - tick / TICKS_PER_BEAT);
    colour[pitch % 12]! += within * (pitch < MIDDLE_C - 7 ? BASS : 1);
  }
  return colour;
}

export function sum(colours: readonly (readonly number[])[]): number[] {
  return Array.from({ length: 12 }, (_, pitch) => colours.reduce((all, colour) => all + colour[pitch]!, 0));
}

/** The tonic (0 is C) of the major scale that covers most of the weight. */
export function keyOf(colour: readonly number[]): number {
  const kept = (key: number) => MAJOR.reduce((all, step) => all + colour[(key + step) % 12]!, 0);
  let best = 0;
  for (let key = 1; key < 12; key++) if (kept(key) > kept(best) + 1e-9) best = key;
  return best;
}

function outsideOf(colour: readonly number[], key: number): number {
  const all = colour.reduce((total, each) => total + each, 0);
  return all === 0 ? 0 : 1 - MAJOR.reduce((kept, step) => kept + colour[(key + step) % 12]!, 0) / all;
}

/** The pitches that sound on the first and third beats. (beat, pitch) */
function strongBeats(bars: readonly ReadBar[]): number[][] {
  return bars.flatMap(({ notes, beats }, at) =>
    [0, 2].flatMap((beat) => {
      if (beat >= beats) return [];
      const tick = beat * TICKS_PER_BEAT;
      const now = notes.filter(
        (note) => note.tick <= tick + 3 && note.tick + note.beats * TICKS_PER_BEAT > tick + 6,
      );
      const rung = bars[at - 1];
      const held = rung?.notes.filter(
        (note) => note.tick + note.beats * TICKS_PER_BEAT > tick + 6 + rung.beats * TICKS_PER_BEAT,
      );
      return [[...now, ...(held ?? [])].map(({ pitch }) => pitch)];
    }),
  );
}

/** Chord tones of each quality, in semitones above the root and in the order of QUALITIES. */
const TONES = [
  [0, 4, 7],
  [0, 3, 7],
  [0, 4, 7, 10],
  [0, 4, 7, 11],
  [0, 3, 7, 10],
  [0, 5, 7],
  [0, 2, 7],
  [0, 3, 6],
  [0, 4, 8],
] as const;

/** The last chord token; -1 where there is none. */
function heldChord(bars: readonly ReadBar[]): number {
  return bars.findLast(({ chords }) => chords.length > 0)?.chords.at(-1)?.chord ?? -1;
}

/**
 * Shares: of notes on beats, and of low notes, that belong to the current chord; and of bar lines with a low note, those
 * with the root in the bass.
 */
function inChords(span: readonly ReadBar[], held: number) {
  const [high, low, roots]: [boolean[], boolean[], boolean[]] = [[], [], []];
  let chord = held;
  for (const { notes, chords } of span) {
    let next = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (const { slot, pitch } of notes) {
      while (next < chords.length && 4 * chords[next]!.beat <= slot) chord = chords[next++]!.chord;
      if (chord < 0) continue;
      const above = (pitch - (chord >> 4) + 120) % 12;
      const within = (TONES[chord & 15] as readonly number[]).includes(above);
      if (pitch < MIDDLE_C) low.push(within);
      else if (slot % 4 === 0) high.push(within);
      if (slot === 0 && pitch < Math.min(MIDDLE_C, lowest)) {
        lowest = pitch;
        roots.push(above === 0);
      }
    }
    if (next < chords.length) chord = chords.at(-1)!.chord;
  }
  const is = (one: boolean) => one;
  return { highInChord: share(high, is), lowInChord: share(low, is), rootsOnLines: share(roots, is) };
}

/** Whether two pitches lie a semitone apart, or a semitone plus octaves. */
function clashes(pitches: readonly number[]): boolean {
  return pitches.some((low) => pitches.some((high) => high > low && (high - low) % 12 === 1));
}
