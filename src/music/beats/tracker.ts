import type { Note } from '../note.js';
import type { Seconds } from '../units.js';

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
}

/** What is known of the beats from outside. */
export interface BeatHints {
  readonly given?: GivenPulse;
  /** Beats a bar, one of {@link METERS}; default 4. */
  readonly meter?: Meter;
}

export const METERS = [3, 4] as const;
export type Meter = (typeof METERS)[number];

/** The state of a tracker. Immutable. */
export interface TrackerState {
  readonly onsets: readonly Onset[];
  readonly pulse: BarPulse | null;
}

export const EMPTY_TRACKER: TrackerState = { onsets: [], pulse: null };

/** Notes that begin together. */
interface Onset {
  readonly time: Seconds;
  readonly notes: number;
  readonly lowest: number;
  /** Whether it is a bass onset: no note as low came shortly before. */
  readonly low: boolean;
}

const SHORTEST: Seconds = 0.44;
const LONGEST: Seconds = 0.97;
/** Ratio of neighbouring periods in the search, and number of phases of a beat. */
const STEP = 1.012;
const PHASES = 32;
/** Log-normal priors of the beat period in pop songs, and of the number of onsets a beat: mean and standard deviation of the logarithm. */
const PACE = { mean: Math.log(0.68), spread: 0.25 };
const DENSITY = { mean: Math.log(2.15), spread: 0.26 };
/** The priors weigh as much as this many onsets. */
const PRIOR = 9;
/** Onsets decay with this half-life, and are dropped after the window. */
const HALF_LIFE: Seconds = 7;
const WINDOW: Seconds = 16;
/** The least number of onsets for an estimate. */
const FEWEST = 6;
/** The last estimate is kept unless another one is better by this many nats. */
const INERTIA = 6;
/** Notes closer together than this are one onset. */
const TOGETHER: Seconds = 0.035;
/** A bass note is the lowest note within this time. */
const LOWEST_FOR: Seconds = 0.75;
const BASS = 60;
const CHORD = 3;
/** Standard deviation of onsets around their position, in beats, and the probability of an onset anywhere. */
const EXACT = 0.035;
const ASTRAY = 0.12;

/**
 * Log-likelihood ratio, in nats, of an onset on each sixteenth of a bar of four against a uniform one: for single notes, chords, bass
 * notes, bass notes with a chord. Counted in 68 of POP909's training songs, every twelfth, whose bars are annotated; at least -2.
 */
const SIXTEENTHS = [
  [-1.5, -0.8, 0.8, -0.6, 0.7, -0.8, 0.5, -0.5, 0.1, -0.8, 0.5, -0.6, 0.4, -0.8, 0.5, -0.5],
  [-0.2, -2, -0.3, -1.3, 1.1, -2, 0.5, -0.8, 0.9, -2, 0.1, -1, 1.3, -1.9, 0.1, -1.3],
  [1.5, -2, -2, -2, -1.1, -1.4, 0.7, -1.5, 0.9, -2, 0.8, -2, 0.3, -1, 0.6, -1.7],
  [2.2, -2, -2, -2, -0.8, -2, -1.2, -2, 1.4, -2, -1.5, -2, -0.1, -2, -1, -2],
] as const;
/** Resolution of a bar in the tables. */
const PARTS = 768;
/** Log-likelihood ratios by meter: (kind of onset) (part of the bar, two periods). A bar of three is a bar of four without its third beat. */
const PROFILES: Readonly<Record<Meter, readonly Float64Array[]>> = {
  3: SIXTEENTHS.map((nats) => profileOf([...nats.slice(0, 8), ...nats.slice(12)])),
  4: SIXTEENTHS.map((nats) => profileOf(nats)),
};

function profileOf(nats: readonly number[]): Float64Array {
  const odds = new Float64Array(2 * PARTS);
  for (let part = 0; part < PARTS; part++) {
    const place = ((part + 0.5) / PARTS) * nats.length;
    const nearest = Math.round(place);
    const away = (place - nearest) / 4;
    // A Gaussian around the sixteenth, with mean 1 over it.
    const bell = Math.exp(-0.5 * (away / EXACT) ** 2) / (EXACT * Math.sqrt(2 * Math.PI) * 4);
    odds[part] = Math.log(ASTRAY + (1 - ASTRAY) * bell * Math.exp(nats[nearest % nats.length]!));
  }
  odds.copyWithin(PARTS, 0, PARTS);
  return odds;
}

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
  add({ start, pitch }: Pick<Note, 'start' | 'pitch'>): void {
    const { onsets, pulse } = this.#state;
    const kept = onsets.filter(({ time }) => time >= start - WINDOW);
    const last = kept.at(-1);
    const together = last !== undefined && start - last.time < TOGETHER;
    if (together) kept.pop();
    kept.push(
      together
        ? onsetAfter(kept, last.time, last.notes + 1, Math.min(last.lowest, pitch))
        : onsetAfter(kept, start, 1, pitch),
    );
    this.#state = { onsets: kept, pulse };
  }

  /** The estimate at `time`; null while there is none. */
  at(time: Seconds): BarPulse | null {
    const { onsets, pulse } = this.#state;
    const recent = onsets.filter((onset) => onset.time >= time - WINDOW);
    const { given, meter = 4 } = this.hints;
    const known = pulse ?? pulseOfHint(given);
    const enough = recent.length >= FEWEST && recent.at(-1)!.time > recent[0]!.time;
    const found = enough ? mostLikelyPulse(recent, time, known, { given, meter }) : known;
    this.#state = { onsets, pulse: found };
    return found;
  }
}

function onsetAfter(onsets: readonly Onset[], time: Seconds, notes: number, lowest: number): Onset {
  let low = lowest < BASS;
  for (let at = onsets.length - 1; low && at >= 0 && onsets[at]!.time > time - LOWEST_FOR; at--)
    low = onsets[at]!.lowest > lowest;
  return { time, notes, lowest, low };
}

/** A given pulse as an estimate before the first onsets; null where the phase is not given. */
function pulseOfHint(given: GivenPulse | undefined): BarPulse | null {
  return given?.beatAt === undefined ? null : { bar: given.beatAt, period: given.period, clarity: 0 };
}

function mostLikelyPulse(
  recent: readonly Onset[],
  now: Seconds,
  known: BarPulse | null,
  { given, meter }: { readonly given: GivenPulse | undefined; readonly meter: Meter },
): BarPulse {
  const fit = fitOf(recent, now, meter);
  const last = recent.at(-1)!.time;
  const onsetsABeat = (recent.length - 1) / (last - recent[0]!.time);
  let best: BarPulse | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  const consider = (period: Seconds, bar: Seconds, nats: number, bonus: number): void => {
    const score = nats + bonus + priorOf(period, onsetsABeat * period);
    if (score > highest) [highest, best] = [score, { bar, period, clarity: nats / fit.weight }];
  };
  // The beats are given, and perhaps the bars: at most the bars are left to estimate.
  if (given?.beatAt !== undefined && !given.tapped) {
    for (let beat = 0; beat < (given.bar ? 1 : meter); beat++) {
      const bar = given.beatAt + beat * given.period;
      consider(given.period, bar, fit.nats(given.period, bar), 0);
    }
    return best!;
  }
  const [shortest, longest] = given ? periodsNear(given) : [SHORTEST, LONGEST];
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
  return refined(best!, recent, fit.weights, given !== undefined);
}

function periodsNear({ period, tapped }: GivenPulse): readonly [Seconds, Seconds] {
  return tapped ? [period * 0.97, period * 1.03] : [period, period];
}

/** Scores of onsets under a pulse, weighted to the latest. */
function fitOf(recent: readonly Onset[], now: Seconds, meter: Meter) {
  const times = Float64Array.from(recent, ({ time }) => time);
  const weights = Float64Array.from(recent, ({ time }) => 0.5 ** ((now - time) / HALF_LIFE));
  const profiles = recent.map(({ low, notes }) => PROFILES[meter][(low ? 2 : 0) + (notes >= CHORD ? 1 : 0)]!);
  const parts = new Int32Array(recent.length);
  /** Finds the part of the bar of each onset. */
  const place = (period: Seconds, bar: Seconds): void => {
    const scale = 1 / (meter * period);
    for (let at = 0; at < times.length; at++) {
      const bars = (times[at]! - bar) * scale;
      parts[at] = Math.floor((bars - Math.floor(bars)) * PARTS);
    }
  };
  const sumAt = (shift: number): number => {
    let sum = 0;
    for (let at = 0; at < parts.length; at++) sum += weights[at]! * profiles[at]![parts[at]! + shift]!;
    return sum;
  };
  return {
    weights,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    nats(period: Seconds, bar: Seconds): number {
      place(period, bar);
      return sumAt(0);
    },
    /** The scores of bars that begin at each phase before `last`. */
    phases(period: Seconds, last: Seconds, tell: (nats: number, phase: number) => void): void {
      place(period, last);
      const shift = PARTS / (meter * PHASES);
      for (let phase = 0; phase < meter * PHASES; phase++) tell(sumAt(phase * shift), phase);
    },
  };
}

function priorOf(period: Seconds, onsetsABeat: number): number {
  const slow = (Math.log(period) - PACE.mean) / PACE.spread;
  const dense = (Math.log(onsetsABeat) - DENSITY.mean) / DENSITY.spread;
  return -PRIOR * 0.5 * (slow * slow + dense * dense);
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
