import type { Onset, PerformanceCodec, RecentPlay } from '../../plugin/index.js';

/**
 * Bounds of human playing, measured on POP909's 818 training pieces: 55,235 windows of 10 s, each compared with the 20 s before
 * it. Within these bounds the logits are unchanged.
 */
const DENSITY_RATIO = 1.6; // as a multiple of the density heard: 88 % of windows are no denser
const DENSITY_UNHEARD = 9.5; // notes per second, where none was heard: 90 % of all windows are no denser
const DENSEST = 10.5; // notes per second: 95 %
const SPARSEST_BOUND = 5; // notes per second: a player of few notes does not want as few back
const LOUDER = 12; // 90 % of windows are no louder than heard, and 97 % no softer
const REPEATED = 0.2; // 90 % of windows of 20 s repeat fewer of their pitch 4-grams
const REST = 2.5; // s: 99 % have no longer time without an onset

/** Density and loudness are measured over this many seconds. */
const WINDOW = 10;
/** Loudness is measured only from this many notes. */
const FEWEST_NOTES = 8;
const GRAM = 4;
/** Masks of a figure (GRAM pitches, seven bits each): all its pitches, and all but the last. */
const WHOLE = 2 ** (7 * GRAM) - 1;
const BEFORE = 2 ** (7 * (GRAM - 1)) - 1;

/** Nats that every onset loses at twice the density bound. */
const DENSITY_GAIN = 3;
/** Nats that a pitch which repeats a figure loses, for each unit of the repeated share beyond {@link REPEATED}. */
const REPEAT_GAIN = 12;
/** Nats that every onset gains for each second of rest beyond {@link REST}. */
const REST_GAIN = 1.5;
/** Most nats of each correction. */
const MOST = 6;
/** A velocity this far from the mean, on the side to which the mean has drifted, loses the nats of {@link offLoudness}. */
const VELOCITY_STEP = 8;
const FARTHEST_VELOCITY = 32;

/**
 * The network returns to what it heard at this multiple of the density bound, or when repeated figures lose this many nats (a
 * third of the figures repeat).
 */
const STRAY_DENSITY = 1.15;
const STRAY_REPEATED = 1.6;

/** Adds a bias to the logits (token), scaled by `firmness`; returns whether it did. */
type Lead = (logits: Float32Array, recent: RecentPlay, firmness: number) => boolean;

/**
 * Corrects drift: over minutes a network hears mostly itself, grows denser and louder, and repeats one figure. Each excess over
 * the bounds of human playing lowers the logits of the onsets that would add to it.
 */
export function leadBack(symbols: PerformanceCodec['symbols']) {
  const { pitches, velocities } = strikesOf(symbols);
  const figures = figuresOf();
  const repeats = new Float32Array(128); // (pitch), 1: would say a figure again
  const lead: Lead = (logits, recent, firmness) => {
    if (!(firmness > 0)) return false;
    const { count, velocity } = meansOf(recent.modelOnsets, recent.now);
    const all = firmness * (rested(recent.silence) - crowded(count / WINDOW, recent.playerStyle?.density));
    const loud = count < FEWEST_NOTES ? 0 : firmness * offLoudness(velocity, recent.playerStyle?.velocity);
    const repeated = firmness * figures(recent.modelOnsets, repeats);
    if (all === 0 && loud === 0 && repeated === 0) return false;
    for (let token = 0; token < pitches.length; token++) {
      const pitch = pitches[token]!;
      const struck = velocities[token]!;
      let nats = pitch < 0 ? 0 : all - repeated * repeats[pitch]!;
      if (struck > 0) {
        const off = Math.max(-FARTHEST_VELOCITY, Math.min(FARTHEST_VELOCITY, struck - velocity));
        nats -= (loud * off) / VELOCITY_STEP;
      }
      logits[token]! += nats;
    }
    return true;
  };
  /** Whether the bias has not sufficed. */
  const strays = ({ modelOnsets: own, now, playerStyle: heard }: RecentPlay, firmness: number) =>
    firmness > 0 &&
    (meansOf(own, now).count / WINDOW > STRAY_DENSITY * densest(heard?.density) ||
      figures(own, repeats) > STRAY_REPEATED);
  return { lead, strays };
}

/** Nats that onsets lose at this density. */
function crowded(density: number, heard: number | undefined): number {
  return Math.min(MOST, Math.max(0, DENSITY_GAIN * (density / densest(heard) - 1)));
}

/** The density bound, in notes per second, for a player of this density. */
function densest(heard: number | undefined): number {
  if (heard === undefined) return DENSITY_UNHEARD;
  // A player who plays denser than the bound is not slowed down.
  return Math.max(heard, Math.min(DENSEST, Math.max(SPARSEST_BOUND, DENSITY_RATIO * heard)));
}

/** Nats that onsets gain after this rest. */
function rested(rest: number): number {
  return Math.min(MOST, Math.max(0, REST_GAIN * (rest - REST)));
}

/** How far the loudness exceeds its bounds, as a multiple of {@link LOUDER}, at most 2; negative if it is too soft. */
function offLoudness(velocity: number, heard: number | undefined): number {
  if (heard === undefined) return 0;
  const off = (velocity - heard) / LOUDER;
  return off > 1 ? Math.min(2, off - 1) : off < -1 ? Math.max(-2, off + 1) : 0;
}

/** Number and mean velocity of the onsets in the last {@link WINDOW} seconds. */
function meansOf(own: readonly Onset[], now: number): { count: number; velocity: number } {
  let [count, sum] = [0, 0];
  for (let at = own.length - 1; at >= 0 && own[at]!.time > now - WINDOW; at--) {
    count++;
    sum += own[at]!.velocity;
  }
  return { count, velocity: count === 0 ? 0 : sum / count };
}

/**
 * Writes 1 into `repeats` (pitch) for each pitch that would repeat a recent figure, and returns the nats that such a pitch loses.
 * It caches the result of the last list, because most tokens are not onsets.
 */
function figuresOf(): (own: readonly Onset[], repeats: Float32Array) => number {
  let known: readonly Onset[] | null = null;
  let nats = 0;
  const said = new Set<number>();
  return (own, repeats) => {
    if (own === known) return nats;
    known = own;
    said.clear();
    repeats.fill(0);
    let last = 0;
    for (let at = Math.max(0, own.length - GRAM + 1); at < own.length; at++)
      last = ((last << 7) | own[at]!.pitch) & BEFORE;
    let code = 0;
    for (let at = 0; at < own.length; at++) {
      const { pitch } = own[at]!;
      if (at >= GRAM - 1 && (code & BEFORE) === last) repeats[pitch] = 1;
      code = ((code << 7) | pitch) & WHOLE;
      if (at >= GRAM - 1) said.add(code);
    }
    const grams = own.length - GRAM + 1;
    const share = grams < 1 ? 0 : 1 - said.size / grams;
    nats = Math.min(MOST, Math.max(0, REPEAT_GAIN * (share - REPEATED)));
    return nats;
  };
}

/** The pitch that each token strikes (-1: none) and its velocity (0: none). (token) */
export function strikesOf(symbols: PerformanceCodec['symbols']) {
  const bins = symbols.reduce((most, symbol) => Math.max(most, 'bin' in symbol ? (symbol.bin ?? -1) : -1), 0);
  const width = Math.ceil(127 / (bins + 1));
  const middle = (bin: number) => 1 + (width - 1) / 2 + width * bin;
  return {
    pitches: Int16Array.from(symbols, (symbol) => (symbol.type === 'on' ? symbol.pitch : -1)),
    velocities: Float32Array.from(symbols, (symbol) =>
      'bin' in symbol && symbol.bin !== undefined ? middle(symbol.bin) : 0,
    ),
  };
}
