import type { Note } from '../note.js';
import type { Seconds } from '../units.js';

/** A pulse as it is believed at some moment: one of its bars begins at `bar`, a beat comes every `period` seconds. */
export interface BarPulse {
  readonly bar: Seconds;
  readonly period: Seconds;
  /** What the onsets of the last seconds say for it against lying anywhere, nats an onset. */
  readonly clarity: number;
}

/** What somebody said of the beats, by tapping, a clock, a file. It wins over what is heard. */
export interface GivenPulse {
  /** How long a beat lasts. */
  readonly period: Seconds;
  /** Where one lies, if that was said too. */
  readonly beatAt?: Seconds;
  /** Whether that one begins a bar. */
  readonly bar?: boolean;
  /** A hand taps a little off, and not for long: what is heard may move its beats, and its tempo by 3 %. */
  readonly tapped?: boolean;
}

/** How beats are counted. */
export interface BeatHints {
  readonly given?: GivenPulse;
  /** Beats a bar, {@link METERS}. */
  readonly meter?: Meter;
}

export const METERS = [3, 4] as const;
export type Meter = (typeof METERS)[number];

/** What a tracker knows. Never changed in place. */
export interface TrackerState {
  readonly onsets: readonly Onset[];
  readonly pulse: BarPulse | null;
}

export const EMPTY_TRACKER: TrackerState = { onsets: [], pulse: null };

/** What begins at one moment. */
interface Onset {
  readonly time: Seconds;
  readonly notes: number;
  readonly lowest: number;
  /** Whether nothing as low was heard shortly before. */
  readonly low: boolean;
}

const SHORTEST: Seconds = 0.44;
const LONGEST: Seconds = 0.97;
/** Paces that are tried, by their ratio; and phases of a beat. */
const STEP = 1.012;
const PHASES = 32;
/** Of the paces of pop songs, and of how many onsets a beat they have: mean of the logarithm, and its spread. */
const PACE = { mean: Math.log(0.68), spread: 0.25 };
const DENSITY = { mean: Math.log(2.15), spread: 0.26 };
/** Priors weigh as many onsets as this against those that are heard. */
const PRIOR = 9;
/** Onsets so long ago weigh half; so long ago nothing. */
const HALF_LIFE: Seconds = 7;
const WINDOW: Seconds = 16;
/** Fewer onsets are no pulse. */
const FEWEST = 6;
/** What was believed stays so unless another pulse is likelier by so many nats. */
const INERTIA = 6;
/** Onsets nearer than this are one. */
const TOGETHER: Seconds = 0.035;
/** A low note is the lowest for so long. */
const LOWEST_FOR: Seconds = 0.75;
const BASS = 60;
const CHORD = 3;
/** How exactly people keep to a position, as a share of a beat, and how likely they do not. */
const EXACT = 0.035;
const ASTRAY = 0.12;

/**
 * How much likelier an onset is on each sixteenth of a bar of four than anywhere, in nats: of single notes, of chords, of low notes, of low notes with
 * a chord. Counted in 68 of POP909's training songs, every twelfth, whose bars are annotated; what hardly ever comes, no less than -2.
 */
const SIXTEENTHS = [
  [-1.5, -0.8, 0.8, -0.6, 0.7, -0.8, 0.5, -0.5, 0.1, -0.8, 0.5, -0.6, 0.4, -0.8, 0.5, -0.5],
  [-0.2, -2, -0.3, -1.3, 1.1, -2, 0.5, -0.8, 0.9, -2, 0.1, -1, 1.3, -1.9, 0.1, -1.3],
  [1.5, -2, -2, -2, -1.1, -1.4, 0.7, -1.5, 0.9, -2, 0.8, -2, 0.3, -1, 0.6, -1.7],
  [2.2, -2, -2, -2, -0.8, -2, -1.2, -2, 1.4, -2, -1.5, -2, -0.1, -2, -1, -2],
] as const;
/** Parts of a bar. */
const PARTS = 768;
/** (kind of onset) (part, twice over) nats for it to lie there, in a bar of so many beats. One of three is one of four without its third. */
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
    // A bell round the sixteenth whose mean over it is 1.
    const bell = Math.exp(-0.5 * (away / EXACT) ** 2) / (EXACT * Math.sqrt(2 * Math.PI) * 4);
    odds[part] = Math.log(ASTRAY + (1 - ASTRAY) * bell * Math.exp(nats[nearest % nats.length]!));
  }
  odds.copyWithin(PARTS, 0, PARTS);
  return odds;
}

/**
 * Follows the pulse and the bars of what is played: onsets of the last seconds against all paces and phases, by where in a bar low
 * notes, chords and single notes use to lie. What was believed stays so as long as nothing is clearly likelier. Causal: what it says at a moment
 * depends on what was heard until then. It has no clock.
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

  /** A note begins; times never go back. */
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

  /** The pulse as it is believed at `time`; null while none is. */
  at(time: Seconds): BarPulse | null {
    const { onsets, pulse } = this.#state;
    const heard = onsets.filter((onset) => onset.time >= time - WINDOW);
    const { given, meter = 4 } = this.hints;
    const known = pulse ?? pulseOfHint(given);
    const enough = heard.length >= FEWEST && heard.at(-1)!.time > heard[0]!.time;
    const found = enough ? mostLikelyPulse(heard, time, known, { given, meter }) : known;
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

/** What somebody said, before anything is heard; null where it was not said where the beats lie. */
function pulseOfHint(given: GivenPulse | undefined): BarPulse | null {
  return given?.beatAt === undefined ? null : { bar: given.beatAt, period: given.period, clarity: 0 };
}

function mostLikelyPulse(
  heard: readonly Onset[],
  now: Seconds,
  known: BarPulse | null,
  { given, meter }: { readonly given: GivenPulse | undefined; readonly meter: Meter },
): BarPulse {
  const fit = fitOf(heard, now, meter);
  const last = heard.at(-1)!.time;
  const onsetsABeat = (heard.length - 1) / (last - heard[0]!.time);
  let best: BarPulse | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  const consider = (period: Seconds, bar: Seconds, nats: number, bonus: number): void => {
    const score = nats + bonus + priorOf(period, onsetsABeat * period);
    if (score > highest) [highest, best] = [score, { bar, period, clarity: nats / fit.weight }];
  };
  // Where the beats lie is known, and perhaps the bars: nothing is left to be heard but these.
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
  return refined(best!, heard, fit.weights, given !== undefined);
}

function periodsNear({ period, tapped }: GivenPulse): readonly [Seconds, Seconds] {
  return tapped ? [period * 0.97, period * 1.03] : [period, period];
}

/** What onsets say for a pulse, the latest most. */
function fitOf(heard: readonly Onset[], now: Seconds, meter: Meter) {
  const times = Float64Array.from(heard, ({ time }) => time);
  const weights = Float64Array.from(heard, ({ time }) => 0.5 ** ((now - time) / HALF_LIFE));
  const profiles = heard.map(({ low, notes }) => PROFILES[meter][(low ? 2 : 0) + (notes >= CHORD ? 1 : 0)]!);
  const parts = new Int32Array(heard.length);
  /** In which part of its bar each onset lies. */
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
    /** The same for bars that begin each phase of a beat earlier than `last`. */
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

/** Phase, and period unless that was given, by least squares over the onsets that lie on its sixteenths. */
function refined(pulse: BarPulse, heard: readonly Onset[], weights: Float64Array, given: boolean): BarPulse {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const [index, { time }] of heard.entries()) {
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
