import type { Note } from '../note.js';
import type { Seconds } from '../units.js';

/** A pulse as it is believed at some moment: bars of four beats, one of which begins at `bar`, a beat every `pace` seconds. */
export interface BarPulse {
  readonly bar: Seconds;
  readonly pace: Seconds;
  /** What the onsets of the last seconds say for it against lying anywhere, nats an onset. */
  readonly clarity: number;
}

/** What begins at one moment. */
interface Onset {
  readonly time: Seconds;
  readonly notes: number;
  readonly lowest: number;
  /** Whether nothing as low was heard shortly before. */
  readonly low: boolean;
}

const BEATS = 4;
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
const LOYALTY = 6;
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
/** (kind of onset) (part) nats for it to lie there. */
const PROFILES = SIXTEENTHS.map((nats) => {
  const odds = new Float64Array(PARTS);
  for (let part = 0; part < PARTS; part++) {
    const place = ((part + 0.5) / PARTS) * 16;
    const nearest = Math.round(place);
    const away = (place - nearest) / 4;
    // A bell round the sixteenth whose mean over it is 1.
    const bell = Math.exp(-0.5 * (away / EXACT) ** 2) / (EXACT * Math.sqrt(2 * Math.PI) * 4);
    odds[part] = Math.log(ASTRAY + (1 - ASTRAY) * bell * Math.exp(nats[nearest % 16]!));
  }
  return odds;
});

/**
 * Follows the pulse and the bars of what is played: onsets of the last seconds against all paces and phases, by where in a bar low
 * notes, chords and single notes use to lie. What was believed stays so as long as nothing is clearly likelier. Causal: what it says at a moment
 * depends on what was heard until then. It has no clock.
 */
export class BeatTracker {
  readonly #onsets: Onset[] = [];
  /** How long a beat lasts, where somebody said so: by tapping, a clock, a file. */
  readonly #told: Seconds | undefined;
  #pulse: BarPulse | null = null;

  constructor(told?: Seconds) {
    this.#told = told;
  }

  /** A note begins; times never go back. */
  hear({ start, pitch }: Pick<Note, 'start' | 'pitch'>): void {
    const onsets = this.#onsets;
    const last = onsets.at(-1);
    if (last !== undefined && start - last.time < TOGETHER) {
      onsets.pop();
      const { time, notes } = last;
      onsets.push(this.#onset(time, notes + 1, Math.min(last.lowest, pitch)));
    } else onsets.push(this.#onset(start, 1, pitch));
    while (onsets[0]!.time < start - WINDOW) onsets.shift();
  }

  #onset(time: Seconds, notes: number, lowest: number): Onset {
    let low = lowest < BASS;
    for (let at = this.#onsets.length - 1; low && at >= 0 && this.#onsets[at]!.time > time - LOWEST_FOR; at--)
      low = this.#onsets[at]!.lowest > lowest;
    return { time, notes, lowest, low };
  }

  /** The pulse as it is believed at `time`; null while none is. */
  at(time: Seconds): BarPulse | null {
    const heard = this.#onsets.filter((onset) => onset.time >= time - WINDOW);
    if (heard.length < FEWEST) return this.#pulse;
    const fit = fitOf(heard, time);
    const span = heard.at(-1)!.time - heard[0]!.time;
    let best: BarPulse | null = null;
    let highest = Number.NEGATIVE_INFINITY;
    const consider = (pace: Seconds, bar: Seconds, bonus: number): void => {
      const nats = fit.nats(pace, bar);
      const score = nats + bonus + priorOf(pace, ((heard.length - 1) * pace) / span);
      if (score > highest) [highest, best] = [score, { bar, pace, clarity: nats / fit.weight }];
    };
    const last = heard.at(-1)!.time;
    const told = this.#told;
    for (let pace = told ?? SHORTEST; pace <= (told ?? LONGEST); pace *= STEP)
      for (let phase = 0; phase < BEATS * PHASES; phase++) consider(pace, last - (phase / PHASES) * pace, 0);
    const known = this.#pulse;
    if (known !== null) {
      const bars = Math.round((last - known.bar) / (BEATS * known.pace));
      const bar = known.bar + bars * BEATS * known.pace;
      const [least, most] = told === undefined ? [0.97, 1.0301] : [1, 1];
      for (let ratio = least; ratio <= most; ratio += 0.0025)
        for (let shift = -0.08; shift <= 0.0801; shift += 0.01)
          consider(known.pace * ratio, bar + shift * known.pace, LOYALTY);
    }
    this.#pulse = refined(best!, heard, fit.weights, told !== undefined);
    return this.#pulse;
  }
}

/** What onsets say for a pulse, the latest most. */
function fitOf(heard: readonly Onset[], now: Seconds) {
  const times = Float64Array.from(heard, ({ time }) => time);
  const weights = Float64Array.from(heard, ({ time }) => 0.5 ** ((now - time) / HALF_LIFE));
  const profiles = heard.map(({ low, notes }) => PROFILES[(low ? 2 : 0) + (notes >= CHORD ? 1 : 0)]!);
  return {
    weights,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    nats(pace: Seconds, bar: Seconds): number {
      const scale = 1 / (BEATS * pace);
      let sum = 0;
      for (let at = 0; at < times.length; at++) {
        const place = (times[at]! - bar) * scale;
        sum += weights[at]! * profiles[at]![Math.floor((place - Math.floor(place)) * PARTS)]!;
      }
      return sum;
    },
  };
}

function priorOf(pace: Seconds, onsetsABeat: number): number {
  const slow = (Math.log(pace) - PACE.mean) / PACE.spread;
  const dense = (Math.log(onsetsABeat) - DENSITY.mean) / DENSITY.spread;
  return -PRIOR * 0.5 * (slow * slow + dense * dense);
}

/** Phase, and pace unless that was told, by least squares over the onsets that lie on its sixteenths. */
function refined(pulse: BarPulse, heard: readonly Onset[], weights: Float64Array, told: boolean): BarPulse {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const [index, { time }] of heard.entries()) {
    const place = (time - pulse.bar) / pulse.pace;
    const sixteenth = Math.round(4 * place) / 4;
    if (Math.abs(place - sixteenth) > 2 * EXACT) continue;
    const weight = weights[index]!;
    w += weight;
    x += weight * sixteenth;
    y += weight * time;
    xx += weight * sixteenth * sixteenth;
    xy += weight * sixteenth * time;
  }
  if (told && w > 0) return { ...pulse, bar: (y - pulse.pace * x) / w };
  const spread = w * xx - x * x;
  if (w <= 0 || spread < 4 * w * w) return pulse;
  const pace = (w * xy - x * y) / spread;
  return { ...pulse, pace, bar: (y - pace * x) / w };
}
