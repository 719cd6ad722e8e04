import type { BeatNote } from '../gestures/classify.js';

/** Where the hands may part: the lowest pitch of the right hand. */
const LOWEST_SPLIT = 45;
const HIGHEST_SPLIT = 72;
/** Middle C, from which hands part reluctantly. */
const USUAL_SPLIT = 60;
/** A hand spans this many semitones without effort. */
const HAND_SEMITONES = 13;
/** A pitch this near to the split is near both hands. */
const NEAR_SEMITONES = 4;
/** Costs: a semitone that a hand spans too much, one by which a note is too near, one from middle C, one by which the split moves a beat. */
const COSTS = { span: 1, near: 0.4, unusual: 0.06, moves: 0.5 };

/**
 * Parts a piano into its two hands: at each beat a pitch from which on notes are the right hand's. Of all courses of that pitch the cheapest is
 * taken (Viterbi): hands span little, notes lie far from the split, it lies near middle C, and moves little from beat to beat.
 */
export function handsOf(notes: readonly BeatNote[]): { left: BeatNote[]; right: BeatNote[] } {
  const beatOf = ({ start }: BeatNote) => Math.max(0, Math.floor(start + 1 / 12));
  const beats: BeatNote[][] = [];
  for (const note of notes) {
    const beat = beatOf(note);
    while (beats.length <= beat) beats.push([]);
    beats[beat]!.push(note);
  }
  const splits = cheapestSplits(beats);
  const left: BeatNote[] = [];
  const right: BeatNote[] = [];
  for (const note of notes) (note.pitch < splits[beatOf(note)]! ? left : right).push(note);
  return { left, right };
}

/** The split of each beat. (beat) */
function cheapestSplits(beats: readonly (readonly BeatNote[])[]): number[] {
  const states = HIGHEST_SPLIT - LOWEST_SPLIT + 1;
  let costs = new Array<number>(states).fill(0);
  const cameFrom: number[][] = [];
  for (const notes of beats) {
    const from: number[] = [];
    costs = costs.map((_, state) => {
      let best = state;
      const reach = (other: number) => costs[other]! + COSTS.moves * Math.abs(state - other);
      for (let other = 0; other < states; other++) if (reach(other) < reach(best)) best = other;
      from.push(best);
      return reach(best) + costOf(notes, LOWEST_SPLIT + state);
    });
    cameFrom.push(from);
  }
  let state = costs.indexOf(Math.min(...costs));
  const splits = new Array<number>(beats.length);
  for (let beat = beats.length - 1; beat >= 0; beat--) {
    splits[beat] = LOWEST_SPLIT + state;
    state = cameFrom[beat]![state]!;
  }
  return splits;
}

function costOf(notes: readonly BeatNote[], split: number): number {
  if (notes.length === 0) return 0;
  const pitches = notes.map(({ pitch }) => pitch);
  const tooWide = (hand: readonly number[]) =>
    hand.length === 0 ? 0 : Math.max(0, Math.max(...hand) - Math.min(...hand) - HAND_SEMITONES);
  const wide =
    tooWide(pitches.filter((pitch) => pitch < split)) + tooWide(pitches.filter((pitch) => pitch >= split));
  // The split lies between two keys.
  const near = pitches.map((pitch) => Math.max(0, NEAR_SEMITONES - Math.abs(pitch - split + 0.5)));
  return (
    COSTS.span * wide +
    COSTS.near * near.reduce((sum, each) => sum + each, 0) +
    COSTS.unusual * Math.abs(split - USUAL_SPLIT)
  );
}
