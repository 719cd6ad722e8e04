import { type Harmony, mod12, TRIADS } from './chord.js';
import tables from './counted.json' with { type: 'json' };

/** A note of the leader in a beat. Places are parts of the beat, 0 to 1. */
export interface HeardNote {
  readonly pitch: number;
  readonly from: number;
  readonly to: number;
}

/** A beat's place in its bar, which decides how likely a change of chord is. */
export type BeatPlace = 'bar' | 'half' | 'beat';
const PLACES: readonly BeatPlace[] = ['bar', 'half', 'beat'];

/** Chords within a scale: the root's distance from the tonic, and the triad. */
const KINDS = 12 * TRIADS.length;
const STATES = 12 * KINDS;
/** Tables hold hundredths of nats. */
const NATS = 0.01;
/** (place, chord before, chord after), (chord, pitch class above the tonic), (chord), in nats. */
const CHANGES = tables.changes.map((rows) => rows.map((row) => row.map((value) => NATS * value)));
const TONES = tables.tones.map((row) => row.map((value) => NATS * value));
const BEGINS = tables.begins.map((value) => NATS * value);

/**
 * The best course over a whole file changes its chords less often than people do, who do so at 0.32 beats a beat of POP909's held-out songs: with a
 * nat less for each beat that a chord stays at 0.29 instead of 0.18, and the root is right a little more often.
 */
const CHANGES_OF_FILES = CHANGES.map((rows) =>
  rows.map((row, before) => row.map((nats, after) => (after === before ? nats - 1 : nats))),
);

/** Nats that another key costs at a beat. */
const KEY_CHANGE = 10;
/** How much a whole beat of a tone says. */
const WEIGHT = 2.2;
/** Where two tones or more sound, a chord is played: what its own tones gain, what others lose, what the bass says. */
const CHORD_TONE = 0.8;
const FOREIGN_TONE = 1.2;
const BASS_ROOT = 2;
const BASS_TONE = 0.4;
const BASS_BELOW = 60;
/** A loop of chords goes on as so many beats before, where most of the last eight beats were as they were then. */
const LOOPS = [8, 16, 32, 64] as const;
const LOOP_SPAN = 8;
const LOOP_ALIKE = 5;
const LOOP_WEIGHT = 1.2;
const REMEMBERED = 80;
/** By so many nats another chord must be better to take the place of the one that sounds; where a chord is played, by this part of it. */
const STAYS: Readonly<Record<BeatPlace, number>> = { bar: 0, half: 0.3, beat: 1.5 };
const STAYS_PLAYED = 0.15;
/** Less than this share of a beat is no evidence. */
const PASSING = 0.05;

/** What was heard so far. Never changed in place. */
export interface Hearing {
  /** The best course of chords that ends in each: (tonic, chord), in nats, the best 0. It stands at the beat under way, whose notes are not in it. */
  readonly scores: Float64Array;
  /** The chord of each of the last beats, and whether two tones or more of it were played. */
  readonly past: readonly { readonly harmony: Harmony; readonly played: boolean }[];
  /** Whether anything was heard. */
  readonly begun: boolean;
}

export const NOTHING_HEARD: Hearing = {
  scores: Float64Array.from({ length: STATES }, (_, state) => BEGINS[state % KINDS]!),
  past: [],
  begun: false,
};

/**
 * The chord of the beat under way, with what was heard of it so far. Where `before` is given, that chord goes on unless another one is better
 * by what a change costs at this place: what comes later may explain a melody's note in the old chord.
 */
export function harmonyNow(
  { scores }: Hearing,
  notes: readonly HeardNote[],
  goesOn?: { readonly before: Harmony; readonly place: BeatPlace },
): Harmony {
  const said = evidence(notes);
  const heard = said === null ? scores : withEvidence(scores, said);
  const state = best(heard);
  if (goesOn === undefined) return harmonyOf(state);
  const { before, place } = goesOn;
  const margin = STAYS[place] * (said !== null && said.tones > 1 ? STAYS_PLAYED : 1);
  const same = best(heard, chordOfHarmony(before));
  return harmonyOf(heard[state]! - heard[same]! < margin ? same : state);
}

function chordOfHarmony({ root, triad }: Harmony): number {
  return root * TRIADS.length + triad;
}

/** Whether two tones or more sound: a chord is played. */
export function isChord(notes: readonly HeardNote[]): boolean {
  return (evidence(notes)?.tones ?? 0) > 1;
}

/** Ends a beat in which `notes` were heard. `next`: the place of the one that begins. */
export function nextBeat(before: Hearing, notes: readonly HeardNote[], next: BeatPlace): Hearing {
  const said = evidence(notes);
  const heard = said === null ? before.scores : withEvidence(before.scores, said);
  const played = said !== null && said.tones > 1;
  const past = [...before.past.slice(1 - REMEMBERED), { harmony: harmonyOf(best(heard)), played }];
  const { scores } = changed(heard, CHANGES[PLACES.indexOf(next)]!);
  favourLoop(scores, past);
  const most = scores[best(scores)]!;
  for (let state = 0; state < STATES; state++) scores[state]! -= most;
  return { scores, past, begun: before.begun || said !== null };
}

/**
 * The chord of each beat where all beats are known: the best course over all of them, so that what comes later decides too. `heard`: the notes
 * of each beat, `places` its place in the bar. Where nothing sounds for a bar, the chords of some bars before go round again.
 */
export function harmoniesOf(
  heard: readonly (readonly HeardNote[])[],
  places: readonly BeatPlace[],
): Harmony[] {
  let { scores } = NOTHING_HEARD;
  const from: Int16Array[] = [];
  const said = heard.map(evidence);
  for (const [beat, notes] of said.entries()) {
    if (beat > 0) {
      const course = changed(scores, CHANGES_OF_FILES[PLACES.indexOf(places[beat]!)]!);
      ({ scores } = course);
      from.push(course.from);
    }
    if (notes !== null) scores = withEvidence(scores, notes);
  }
  const states = new Array<number>(heard.length);
  let state = best(scores);
  for (let beat = heard.length - 1; beat >= 0; beat--) {
    states[beat] = state;
    if (beat > 0) state = from[beat - 1]![state]!;
  }
  return goingRound(
    states.map(harmonyOf),
    said.map((notes) => notes !== null),
  );
}

/** Beats without a note for so long take the chords of so many beats before. */
const EMPTY = 4;
const ROUND = 16;

function goingRound(harmonies: Harmony[], sounds: readonly boolean[]): Harmony[] {
  for (let beat = ROUND; beat < harmonies.length; beat++) {
    const near = sounds.slice(beat - EMPTY, beat + 1);
    const ahead = sounds.slice(beat, beat + EMPTY);
    if (!ahead.some(Boolean) || !near.some(Boolean)) harmonies[beat] = harmonies[beat - ROUND]!;
  }
  return harmonies;
}

/** How long each pitch class sounds, at most the whole beat. */
interface Evidence {
  readonly shares: Float64Array;
  readonly tones: number;
  /** Pitch class of the lowest note, where it is low; -1. */
  readonly bass: number;
}

function evidence(notes: readonly HeardNote[]): Evidence | null {
  const shares = new Float64Array(12);
  let lowest = 128;
  for (const { pitch, from, to } of notes) {
    const pc = pitch % 12;
    shares[pc] = Math.min(1, shares[pc]! + to - from);
    if (to - from > 0.15 && pitch < lowest) lowest = pitch;
  }
  const sounding = shares.filter((share) => share > PASSING);
  if (sounding.length === 0) return null;
  const tones = shares.filter((share) => share > 0.2).length;
  return { shares, tones, bass: lowest < BASS_BELOW ? lowest % 12 : -1 };
}

function withEvidence(scores: Float64Array, { shares, tones, bass }: Evidence): Float64Array {
  const after = scores.slice();
  for (let tonic = 0; tonic < 12; tonic++) {
    for (let kind = 0; kind < KINDS; kind++) {
      const root = (tonic + Math.floor(kind / TRIADS.length)) % 12;
      const triad: readonly number[] = TRIADS[kind % TRIADS.length]!;
      let said = 0;
      for (let pc = 0; pc < 12; pc++) {
        const share = shares[pc]!;
        if (share === 0) continue;
        said += WEIGHT * share * TONES[kind]![mod12(pc - tonic)]!;
        if (tones > 1) said += share * (triad.includes(mod12(pc - root)) ? CHORD_TONE : -FOREIGN_TONE);
      }
      if (tones > 1 && bass >= 0)
        said += bass === root ? BASS_ROOT : triad.includes(mod12(bass - root)) ? BASS_TONE : 0;
      after[tonic * KINDS + kind]! += said;
    }
  }
  return after;
}

/** A beat's scores, and the state of the beat before on the best course to each. */
interface Course {
  readonly scores: Float64Array;
  readonly from: Int16Array;
}

/** The best course one beat on. Courses that are far behind do not matter. */
function changed(scores: Float64Array, changes: readonly (readonly number[])[]): Course {
  const after = new Float64Array(STATES).fill(-1e9);
  const from = new Int16Array(STATES);
  const most = scores[best(scores)]!;
  for (let state = 0; state < STATES; state++) {
    const score = scores[state]!;
    if (score < most - 12) continue;
    const key = state - (state % KINDS);
    const row = changes[state % KINDS]!;
    for (let kind = 0; kind < KINDS; kind++) {
      if (score + row[kind]! <= after[key + kind]!) continue;
      after[key + kind] = score + row[kind]!;
      from[key + kind] = state;
    }
  }
  return inOtherKeys({ scores: after, from });
}

/** One chord may be of another key from here on. */
function inOtherKeys({ scores, from }: Course): Course {
  const byChord = new Int16Array(KINDS).fill(-1);
  for (let state = 0; state < STATES; state++) {
    const chord = chordOf(state);
    if (byChord[chord]! < 0 || scores[state]! > scores[byChord[chord]!]!) byChord[chord] = state;
  }
  const course: Course = { scores: scores.slice(), from: from.slice() };
  for (let state = 0; state < STATES; state++) {
    const other = byChord[chordOf(state)]!;
    const score = scores[other]! - KEY_CHANGE + BEGINS[state % KINDS]!;
    if (score <= course.scores[state]!) continue;
    course.scores[state] = score;
    course.from[state] = from[other]!;
  }
  return course;
}

/** Root and triad of a state, whatever its key. */
function chordOf(state: number): number {
  const kind = state % KINDS;
  const root = (Math.floor(state / KINDS) + Math.floor(kind / TRIADS.length)) % 12;
  return root * TRIADS.length + (kind % TRIADS.length);
}

/** What is played over and over is expected to come again. Chords that were merely guessed are not. */
function favourLoop(scores: Float64Array, past: Hearing['past']): void {
  let closest = LOOP_ALIKE - 1;
  let again: Harmony | null = null;
  for (const loop of LOOPS) {
    if (past.length < loop + LOOP_SPAN) continue;
    let alike = 0;
    for (let back = 1; back <= LOOP_SPAN; back++) {
      const [late, early] = [past.at(-back)!, past.at(-back - loop)!];
      if (
        early.played &&
        early.harmony.root === late.harmony.root &&
        early.harmony.triad === late.harmony.triad
      )
        alike++;
    }
    const next = past.at(-loop)!;
    if (alike > closest && next.played) [closest, again] = [alike, next.harmony];
  }
  if (again === null) return;
  const { root, triad } = again;
  for (let tonic = 0; tonic < 12; tonic++)
    scores[tonic * KINDS + mod12(root - tonic) * TRIADS.length + triad]! +=
      (LOOP_WEIGHT * closest) / LOOP_SPAN;
}

/** The best state; of those with one chord, where `chord` says which. */
function best(scores: Float64Array, chord?: number): number {
  let state = -1;
  for (let other = 0; other < scores.length; other++)
    if (
      (chord === undefined || chordOf(other) === chord) &&
      !(scores[other]! <= (scores[state] ?? -Infinity))
    )
      state = other;
  return state;
}

function harmonyOf(state: number): Harmony {
  const kind = state % KINDS;
  const tonic = Math.floor(state / KINDS);
  return {
    tonic,
    root: (tonic + Math.floor(kind / TRIADS.length)) % 12,
    triad: kind % TRIADS.length,
  };
}

/** How likely each chord follows another at a bar line, by their places in {@link TRIADS} and above the tonic. */
export function likelyChanges(kind: number): number[] {
  return CHANGES[0]![kind]!.map(Math.exp);
}
