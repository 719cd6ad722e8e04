import type { Seconds, Velocity } from '../units.js';
import { drumKindOf } from './drum-kinds.js';
import { DRUMS, EXACT, type Idiom, isDrumming, KEYBOARD, PARTS } from './idiom.js';
import type { Meter } from './meter.js';
import type { Onset, StruckNote } from './onset.js';

/** An estimated pulse: one of its bars begins at `bar`, and a beat comes every `period` seconds. */
export interface BarPulse {
  readonly bar: Seconds;
  readonly period: Seconds;
  /** Log-likelihood ratio of the recent onsets under this pulse against uniform onsets, in nats an onset. */
  readonly clarity: number;
}

/** A pulse that was given by tapping, a MIDI clock or a file. It has precedence over the estimate. */
export interface GivenPulse {
  /** Length of a beat. */
  readonly period: Seconds;
  /** Time of a beat, if it is known. */
  readonly beatAt?: Seconds;
  /** Whether that beat begins a bar. */
  readonly bar?: boolean;
  /** It was tapped by hand, which is inexact: onsets may move its beats, and its period by 3 %. */
  readonly tapped?: boolean;
  /** Nobody gave it: another one who plays along hears it. Who follows beats goes by it little by little. */
  readonly heard?: boolean;
}

/** What is known of the beats from outside. */
export interface BeatHints {
  readonly given?: GivenPulse;
  /** Beats a bar, one of {@link METERS}; default 4. */
  readonly meter?: Meter;
}

/** The state of a tracker. Immutable. */
export interface TrackerState {
  readonly onsets: readonly Onset[];
  readonly pulse: BarPulse | null;
}

export const EMPTY_TRACKER: TrackerState = { onsets: [], pulse: null };

/** Where nobody says how hard a key was struck. */
const UNTOLD: Velocity = 70;

/** Ratio of neighbouring periods in the search, and number of phases of a beat. */
const STEP = 1.012;
const PHASES = 32;
/** So many candidates are judged by figure. */
const MOST_TRIED = 300;
/** Onsets are dropped after this. */
const WINDOW: Seconds = 16;
/** The last estimate is kept unless another one is better by this many nats. */
const INERTIA = 6;
/** Notes closer together than this are one onset. */
const TOGETHER: Seconds = 0.035;
/** A bass note is the lowest note within this time. */
const LOWEST_FOR: Seconds = 0.75;
const BASS = 60;

/**
 * Tracks the beats and bars of live playing. It scores the onsets of the last seconds against all beat periods and phases, by where in a
 * bar bass notes, chords and single notes usually lie, and keeps its estimate unless another one is clearly better. It is causal and
 * has no clock: an estimate depends only on the onsets before it.
 */
export class BeatTracker {
  #state: TrackerState;

  constructor(
    private readonly hints: BeatHints = {},
    state: TrackerState = EMPTY_TRACKER,
  ) {
    this.#state = state;
  }

  get state(): TrackerState {
    return this.#state;
  }

  /** Adds an onset; times never go back. */
  add({ start, pitch, velocity = UNTOLD }: StruckNote): void {
    const { onsets, pulse } = this.#state;
    const kept = onsets.filter(({ time }) => time >= start - WINDOW);
    const last = kept.at(-1);
    const together = last !== undefined && start - last.time < TOGETHER;
    if (together) kept.pop();
    const kind = drumKindOf(pitch, velocity);
    const drum = kind === null ? 0 : 1 << kind;
    kept.push(
      together
        ? {
            ...onsetAfter(kept, last.time, last.notes + 1, Math.min(last.lowest, pitch)),
            drums: drum === 0 || last.drums === 0 ? 0 : last.drums | drum,
          }
        : { ...onsetAfter(kept, start, 1, pitch), drums: drum },
    );
    this.#state = { onsets: kept, pulse };
  }

  /** The estimate at `time`; null while there is none. */
  at(time: Seconds): BarPulse | null {
    const { onsets, pulse } = this.#state;
    const recent = onsets.filter((onset) => onset.time >= time - WINDOW);
    const { given, meter = 4 } = this.hints;
    const known = pulse ?? pulseOfHint(given);
    const idiom = isDrumming(recent) ? DRUMS : KEYBOARD;
    const enough = recent.length >= idiom.fewest && recent.at(-1)!.time > recent[0]!.time;
    const found = enough ? mostLikelyPulse(recent, time, known, { given, meter, idiom }) : known;
    this.#state = { onsets, pulse: found };
    return found;
  }
}

function onsetAfter(
  onsets: readonly Onset[],
  time: Seconds,
  notes: number,
  lowest: number,
): Omit<Onset, 'drums'> {
  let low = lowest < BASS;
  for (let at = onsets.length - 1; low && at >= 0 && onsets[at]!.time > time - LOWEST_FOR; at--)
    low = onsets[at]!.lowest > lowest;
  return { time, notes, lowest, low };
}

/** A given pulse as an estimate before the first onsets; null where the phase is not given. */
function pulseOfHint(given: GivenPulse | undefined): BarPulse | null {
  return given?.beatAt === undefined ? null : { bar: given.beatAt, period: given.period, clarity: 0 };
}

interface Asked {
  readonly given: GivenPulse | undefined;
  readonly meter: Meter;
  readonly idiom: Idiom;
}

function mostLikelyPulse(
  recent: readonly Onset[],
  now: Seconds,
  known: BarPulse | null,
  { given, meter, idiom }: Asked,
): BarPulse {
  const fit = fitOf(recent, now, meter, idiom);
  const last = recent.at(-1)!.time;
  const onsetsABeat = (recent.length - 1) / (last - recent[0]!.time);
  const candidates: Candidate[] = [];
  const consider = (period: Seconds, bar: Seconds, nats: number, bonus: number): void => {
    candidates.push({ period, bar, nats, rest: bonus + priorOf(idiom, period, onsetsABeat * period) });
  };
  // The beats are given, and perhaps the bars: at most the bars are left to estimate.
  if (given?.beatAt !== undefined && !given.tapped) {
    for (let beat = 0; beat < (given.bar ? 1 : meter); beat++) {
      const bar = given.beatAt + beat * given.period;
      consider(given.period, bar, fit.nats(given.period, bar), 0);
    }
    return likeliest(candidates, fit, idiom);
  }
  const [shortest, longest] = given ? periodsNear(given) : [idiom.shortest, idiom.longest];
  for (let period = shortest; period <= longest; period *= STEP)
    fit.phases(period, last, (nats, phase) => consider(period, last - (phase / PHASES) * period, nats, 0));
  if (known !== null) {
    const bars = Math.round((last - known.bar) / (meter * known.period));
    const bar = known.bar + bars * meter * known.period;
    const [least, most] = given && !given.tapped ? [1, 1] : [0.97, 1.0301];
    for (let ratio = least; ratio <= most; ratio += 0.0025) {
      const period = known.period * ratio;
      if (given?.tapped && (period < shortest || period > longest)) continue;
      for (let shift = -0.08; shift <= 0.0801; shift += 0.01) {
        const moved = bar + shift * known.period;
        consider(period, moved, fit.nats(period, moved), INERTIA);
      }
    }
  }
  return refined(likeliest(candidates, fit, idiom), recent, fit.weights, given !== undefined);
}

/** A pulse that is thought of; what speaks for it: its onsets, and all else. */
interface Candidate {
  readonly period: Seconds;
  readonly bar: Seconds;
  readonly nats: number;
  readonly rest: number;
}

/** The likeliest of the candidates, each under the figure that it is likeliest under; only the likeliest under all are tried so. */
function likeliest(candidates: readonly Candidate[], fit: ReturnType<typeof fitOf>, idiom: Idiom): BarPulse {
  const scoreOf = ({ nats, rest }: Candidate) => nats + rest;
  const judged = (of: readonly Candidate[]) =>
    of.reduce((best, one) => (scoreOf(one) > scoreOf(best) ? one : best));
  const best = judged(
    idiom.figures === 0
      ? candidates
      : candidates
          .toSorted((a, b) => scoreOf(b) - scoreOf(a))
          .slice(0, MOST_TRIED)
          .map((one) => ({ ...one, nats: fit.natsOfFigures(one.period, one.bar) })),
  );
  return { bar: best.bar, period: best.period, clarity: best.nats / fit.weight };
}

function periodsNear({ period, tapped }: GivenPulse): readonly [Seconds, Seconds] {
  return tapped ? [period * 0.97, period * 1.03] : [period, period];
}

/** Scores of onsets under a pulse, weighted to the latest. */
function fitOf(recent: readonly Onset[], now: Seconds, meter: Meter, idiom: Idiom) {
  const times = Float64Array.from(recent, ({ time }) => time);
  const weights = Float64Array.from(recent, ({ time }) => 0.5 ** ((now - time) / idiom.halfLife));
  const profilesOf = (figure: number | null) => recent.map((onset) => idiom.profileOf(onset, meter, figure));
  const profiles = profilesOf(null);
  const byFigure = Array.from({ length: idiom.figures }, (_, figure) => profilesOf(figure));
  const parts = new Int32Array(recent.length);
  /** Finds the part of the bar of each onset. */
  const place = (period: Seconds, bar: Seconds): void => {
    const scale = 1 / (meter * period);
    for (let at = 0; at < times.length; at++) {
      const bars = (times[at]! - bar) * scale;
      parts[at] = Math.floor((bars - Math.floor(bars)) * PARTS);
    }
  };
  const sumAt = (shift: number, of = profiles): number => {
    let sum = 0;
    for (let at = 0; at < parts.length; at++) sum += weights[at]! * of[at]![parts[at]! + shift]!;
    return sum;
  };
  return {
    weights,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    nats(period: Seconds, bar: Seconds): number {
      place(period, bar);
      return sumAt(0);
    },
    /** The best score under a figure. */
    natsOfFigures(period: Seconds, bar: Seconds): number {
      place(period, bar);
      return Math.max(...byFigure.map((of) => sumAt(0, of)));
    },
    /** The scores of bars that begin at the best phase in each half of a beat before `last`. */
    phases(period: Seconds, last: Seconds, tell: (nats: number, phase: number) => void): void {
      place(period, last);
      const shift = PARTS / (meter * PHASES);
      const half = PHASES / 2;
      for (let from = 0; from < meter * PHASES; from += half) {
        let [best, highest] = [from, sumAt(from * shift)];
        for (let phase = from + 1; phase < from + half; phase++) {
          const nats = sumAt(phase * shift);
          if (nats > highest) [best, highest] = [phase, nats];
        }
        tell(highest, best);
      }
    },
  };
}

function priorOf({ pace, density, prior }: Idiom, period: Seconds, onsetsABeat: number): number {
  const slow = (Math.log(period) - pace.mean) / pace.spread;
  const dense = (Math.log(onsetsABeat) - density.mean) / density.spread;
  return -prior * 0.5 * (slow * slow + dense * dense);
}

/** Refines phase, and period unless it is given, by least squares over the onsets near sixteenths. */
function refined(pulse: BarPulse, recent: readonly Onset[], weights: Float64Array, given: boolean): BarPulse {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const [index, { time }] of recent.entries()) {
    const place = (time - pulse.bar) / pulse.period;
    const sixteenth = Math.round(4 * place) / 4;
    if (Math.abs(place - sixteenth) > 2 * EXACT) continue;
    const weight = weights[index]!;
    w += weight;
    x += weight * sixteenth;
    y += weight * time;
    xx += weight * sixteenth * sixteenth;
    xy += weight * sixteenth * time;
  }
  if (given && w > 0) return { ...pulse, bar: (y - pulse.period * x) / w };
  const spread = w * xx - x * x;
  if (w <= 0 || spread < 4 * w * w) return pulse;
  const period = (w * xy - x * y) / spread;
  return { ...pulse, period, bar: (y - period * x) / w };
}
