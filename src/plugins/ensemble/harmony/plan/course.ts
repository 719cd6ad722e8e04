import { mod12, TRIADS } from '../chord.js';
import { HOMES, KINDS, type Mode, nextNats, SECONDARY, STAYS, USED } from './tables.js';

/** What is known of a phrase before its chords are chosen. */
export interface Wanted {
  /** Its spans: what is sung in each says so much for each chord, in nats, and its place; see {@link Span}. */
  readonly spans: readonly { readonly place: number; readonly said: Float64Array }[];
  /** The last chords before it, the last one last; one or none where there are no more. */
  readonly before: readonly number[];
  /** The chord after it; null: none. */
  readonly after: number | null;
  /** A progression to keep to; null: none. (span) */
  readonly favoured: readonly number[] | null;
}

export interface Course {
  readonly chords: readonly number[];
  readonly nats: number;
}

/** What it is worth to keep to the favoured progression, a span. */
const KEPT = 0.7;
/** The likeliest course has fewer changes than people make: each gains so much. */
const CHANGED = 0.5;
/** What it costs that the dominant of another degree does not go there. */
const ASTRAY = 4;
/** Courses that are so far behind are given up. */
const BEHIND = 14;
const STATES = KINDS * (KINDS + 1);

/** The best chords of a phrase: each depends on the two before it and on its place. */
export function bestCourse(wanted: Wanted, mode: Mode): Course {
  const { spans } = wanted;
  let scores = begun(wanted, mode);
  const from: Int32Array[] = [];
  for (let at = 1; at < spans.length; at++) {
    const step = stepped(scores, spans[at]!.place, mode);
    addSaid(step.scores, wanted, at);
    ({ scores } = step);
    from.push(step.from);
  }
  if (wanted.after !== null) scores = led(scores, wanted.after, mode);
  let state = highest(scores);
  const nats = scores[state]!;
  const chords = [state % KINDS];
  for (const back of from.reverse()) {
    state = back[state]!;
    chords.unshift(state % KINDS);
  }
  return { chords, nats };
}

/** Scores by the chord before, `KINDS` where there is none, and the chord. */
function begun(wanted: Wanted, mode: Mode): Float64Array {
  const { before } = wanted;
  // A song begins as if it came from home.
  const last = before.at(-1) ?? HOMES[mode];
  const silence = new Float64Array(STATES).fill(Number.NEGATIVE_INFINITY);
  silence[(before.at(-2) ?? KINDS) * KINDS + last] = 0;
  const { scores } = stepped(silence, wanted.spans[0]!.place, mode);
  addSaid(scores, wanted, 0);
  return scores;
}

function addSaid(scores: Float64Array, { spans, favoured }: Wanted, at: number): void {
  const { said } = spans[at]!;
  for (let state = 0; state < STATES; state++) {
    const chord = state % KINDS;
    scores[state]! += said[chord]! + (favoured?.[at] === chord ? KEPT : 0);
  }
}

function stepped(
  scores: Float64Array,
  place: number,
  mode: Mode,
): { scores: Float64Array<ArrayBuffer>; from: Int32Array } {
  const after = new Float64Array(STATES).fill(Number.NEGATIVE_INFINITY);
  const from = new Int32Array(STATES);
  const [stays, changes] = STAYS[mode]![place]! as unknown as [number, number];
  const least = scores[highest(scores)]! - BEHIND;
  for (let state = 0; state < STATES; state++) {
    const score = scores[state]!;
    if (score < least) continue;
    const before = Math.floor(state / KINDS);
    const chord = state % KINDS;
    if (score + stays > after[state]!) [after[state], from[state]] = [score + stays, state];
    const next = nextNats(mode, place, before === KINDS ? -1 : before, chord);
    for (const kind of USED) {
      const worth = score + changes + CHANGED + next[kind]! - astray(chord, kind);
      const to = chord * KINDS + kind;
      if (kind !== chord && worth > after[to]!) [after[to], from[to]] = [worth, state];
    }
  }
  return { scores: after, from };
}

/** With what it says that a chord comes after the phrase. */
function led(scores: Float64Array, after: number, mode: Mode): Float64Array<ArrayBuffer> {
  const [stays, changes] = STAYS[mode]![0]! as unknown as [number, number];
  return Float64Array.from(scores, (score, state) => {
    if (score === Number.NEGATIVE_INFINITY) return score;
    const [before, chord] = [Math.floor(state / KINDS), state % KINDS];
    if (chord === after) return score + stays;
    const next = nextNats(mode, 0, before === KINDS ? -1 : before, chord)[after]!;
    return score + changes + next - astray(chord, after);
  });
}

function astray(chord: number, next: number): number {
  if (!SECONDARY.includes(chord)) return 0;
  const up = mod12(Math.floor(next / TRIADS.length) - Math.floor(chord / TRIADS.length));
  return up === 5 ? 0 : ASTRAY;
}

function highest(scores: Float64Array): number {
  let best = 0;
  for (let state = 1; state < scores.length; state++) if (scores[state]! > scores[best]!) best = state;
  return best;
}
