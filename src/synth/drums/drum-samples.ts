import type { Seconds } from '../../music/units.js';
import { noiseFrom } from '../noise.js';
import type { Drum } from './kit.js';

/** A partial of a drum: its pitch falls from `from` to `to`, its loudness to a third in `decay`. */
interface Partial {
  readonly from: number; // Hz
  readonly to: number; // Hz
  /** How fast the pitch falls. */
  readonly bend: Seconds;
  readonly decay: Seconds;
  readonly level: number;
}

/** Noise of a drum, between two frequencies. */
interface Noise {
  readonly above: number; // Hz
  readonly below: number; // Hz
  readonly decay: Seconds;
  readonly level: number;
  /** Struck so many times within a few hundredths of a second. */
  readonly strokes?: number;
}

/** The clang of a cymbal: square waves that are in no simple ratio, between two frequencies. */
interface Clang {
  readonly tune: number;
  readonly above: number; // Hz
  readonly below: number; // Hz
  readonly decay: Seconds;
  readonly level: number;
}

interface Recipe {
  readonly seconds: Seconds;
  readonly partials?: readonly Partial[];
  readonly noise?: readonly Noise[];
  readonly clang?: readonly Clang[];
}

const glide = (from: number, to: number, bend: Seconds): Pick<Partial, 'from' | 'to' | 'bend'> => ({
  from,
  to,
  bend,
});
const steady = (pitch: number) => glide(pitch, pitch, 1);
/** A skin that is struck: the membrane's first modes above its fundamental (Fletcher and Rossing 1998), and the stick. */
const tom = (pitch: number, decay: Seconds): Recipe => ({
  seconds: decay * 6,
  partials: [
    { ...glide(pitch * 1.45, pitch, 0.045), decay: decay, level: 1 },
    { ...glide(pitch * 2.3, pitch * 1.59, 0.04), decay: decay * 0.5, level: 0.35 },
    { ...glide(pitch * 3.1, pitch * 2.14, 0.03), decay: decay * 0.3, level: 0.16 },
  ],
  noise: [{ above: 500, below: 4500, decay: 0.012, level: 0.5 }],
});

const RECIPES: Readonly<Record<Drum, Recipe>> = {
  kick: {
    seconds: 0.5,
    partials: [
      { ...glide(165, 52, 0.028), decay: 0.1, level: 1 },
      { ...glide(320, 90, 0.012), decay: 0.03, level: 0.4 },
    ],
    noise: [{ above: 800, below: 4000, decay: 0.004, level: 0.35 }],
  },
  snare: {
    seconds: 0.45,
    partials: [
      { ...glide(230, 186, 0.02), decay: 0.06, level: 0.6 },
      { ...glide(390, 332, 0.02), decay: 0.04, level: 0.3 },
    ],
    noise: [
      { above: 1000, below: 6500, decay: 0.075, level: 1.7 },
      { above: 2000, below: 9000, decay: 0.006, level: 1 },
    ],
  },
  sideStick: {
    seconds: 0.15,
    partials: [
      { ...glide(1720, 1680, 0.01), decay: 0.012, level: 0.8 },
      { ...glide(820, 800, 0.01), decay: 0.018, level: 0.5 },
    ],
    noise: [{ above: 1500, below: 6000, decay: 0.003, level: 0.6 }],
  },
  clap: {
    seconds: 0.4,
    noise: [{ above: 700, below: 1900, decay: 0.07, level: 1, strokes: 3 }],
  },
  closedHat: {
    seconds: 0.2,
    clang: [{ tune: 1, above: 6000, below: 11_000, decay: 0.022, level: 1 }],
    noise: [{ above: 6500, below: 11_000, decay: 0.018, level: 0.4 }],
  },
  pedalHat: {
    seconds: 0.16,
    clang: [{ tune: 0.82, above: 3500, below: 7000, decay: 0.014, level: 0.9 }],
    noise: [{ above: 2500, below: 6000, decay: 0.01, level: 0.35 }],
  },
  openHat: {
    seconds: 1.4,
    clang: [{ tune: 1, above: 5500, below: 10_000, decay: 0.24, level: 1 }],
    noise: [{ above: 6000, below: 10_000, decay: 0.2, level: 0.4 }],
  },
  lowTom: tom(88, 0.19),
  midTom: tom(128, 0.16),
  highTom: tom(186, 0.13),
  crash: {
    seconds: 3.2,
    clang: [{ tune: 1.31, above: 2000, below: 7000, decay: 0.62, level: 0.7 }],
    noise: [
      { above: 2200, below: 7500, decay: 0.5, level: 0.8 },
      { above: 700, below: 4000, decay: 0.05, level: 0.7 },
    ],
  },
  ride: {
    seconds: 2.4,
    partials: [
      { ...steady(3320), decay: 0.11, level: 0.2 },
      { ...steady(4730), decay: 0.09, level: 0.15 },
    ],
    clang: [{ tune: 1.62, above: 3600, below: 8000, decay: 0.42, level: 0.8 }],
    noise: [{ above: 4000, below: 9000, decay: 0.012, level: 0.6 }],
  },
  rideBell: {
    seconds: 1.8,
    partials: [
      { ...steady(1480), decay: 0.34, level: 0.6 },
      { ...steady(2410), decay: 0.26, level: 0.5 },
      { ...steady(3890), decay: 0.18, level: 0.35 },
    ],
    clang: [{ tune: 1.62, above: 4000, below: 9000, decay: 0.25, level: 0.2 }],
  },
  cowbell: {
    seconds: 0.5,
    partials: [
      { ...steady(562), decay: 0.07, level: 0.8 },
      { ...steady(845), decay: 0.07, level: 0.8 },
      { ...steady(1690), decay: 0.03, level: 0.3 },
    ],
  },
  shaker: {
    seconds: 0.2,
    noise: [{ above: 4500, below: 9000, decay: 0.03, level: 1 }],
  },
};

/** A click of some samples at the onset would be heard: sounds begin within this. */
const ATTACK: Seconds = 0.001;
/** In Hz; such ratios have no common fundamental. */
const SQUARES = [205.3, 304.4, 369.6, 522.7, 540, 800] as const;
/** How loud a stroke peaks. */
const PEAK = 0.9;

/** One stroke of a drum: samples from -1 to 1. The same each time, without a browser. */
export function drumSamples(drum: Drum, sampleRate: number): Float32Array<ArrayBuffer> {
  const { seconds, partials = [], noise = [], clang = [] } = RECIPES[drum];
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  for (const partial of partials) addPartial(samples, partial, sampleRate);
  for (const [index, band] of noise.entries()) addNoise(samples, band, sampleRate, 1 + index);
  for (const each of clang) addClang(samples, each, sampleRate);
  const fade = Math.round(samples.length / 10);
  let peak = 0;
  for (let at = 0; at < samples.length; at++) {
    const attack = Math.min(1, at / (ATTACK * sampleRate));
    const end = Math.min(1, (samples.length - 1 - at) / fade);
    samples[at]! *= attack * end;
    peak = Math.max(peak, Math.abs(samples[at]!));
  }
  return samples.map((sample) => (sample * PEAK) / peak);
}

function addPartial(
  samples: Float32Array,
  { from, to, bend, decay, level }: Partial,
  sampleRate: number,
): void {
  let phase = 0;
  for (let at = 0; at < samples.length; at++) {
    const time = at / sampleRate;
    samples[at]! += level * Math.exp(-time / decay) * Math.sin(phase);
    phase += (2 * Math.PI * (to + (from - to) * Math.exp(-time / bend))) / sampleRate;
  }
}

function addNoise(
  samples: Float32Array,
  { above, below, decay, level, strokes = 1 }: Noise,
  sampleRate: number,
  seed: number,
): void {
  const random = noiseFrom(seed);
  const band = filtered(above, below, sampleRate);
  const gap = 0.011;
  for (let at = 0; at < samples.length; at++) {
    const time = at / sampleRate;
    const stroke = Math.min(strokes - 1, Math.floor(time / gap));
    // All strokes but the last are cut off.
    const since = time - stroke * gap;
    const envelope = Math.exp(-since / (stroke < strokes - 1 ? gap / 3 : decay));
    samples[at]! += level * envelope * band(random());
  }
}

function addClang(
  samples: Float32Array,
  { tune, above, below, decay, level }: Clang,
  sampleRate: number,
): void {
  const band = filtered(above, below, sampleRate);
  for (let at = 0; at < samples.length; at++) {
    const time = at / sampleRate;
    let sum = 0;
    for (const pitch of SQUARES) sum += (time * pitch * tune * 2) % 1 < 0.5 ? 1 : -1;
    samples[at]! += level * Math.exp(-time / decay) * band(sum / SQUARES.length);
  }
}

/** What lies between two frequencies: two high-pass and two low-pass filters of the first order, one after the other. */
function filtered(above: number, below: number, sampleRate: number): (sample: number) => number {
  const high = Math.exp((-2 * Math.PI * above) / sampleRate);
  const low = 1 - Math.exp((-2 * Math.PI * below) / sampleRate);
  let [first, second, smooth, smoother, before, between] = [0, 0, 0, 0, 0, 0];
  return (sample) => {
    first = high * (first + sample - before);
    before = sample;
    second = high * (second + first - between);
    between = first;
    smooth += low * (second - smooth);
    smoother += low * (smooth - smoother);
    return smoother;
  };
}
