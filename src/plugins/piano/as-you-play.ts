import type { PerformanceCodec, RecentPlay } from '../../plugin/index.js';

/**
 * How steadily people play, measured on POP909's 818 training pieces: a regression of the music 10 to 140 s after a 20 s excerpt
 * on that excerpt. `kept` is the slope, `usual` the mean of all pieces.
 */
const DENSITY = { kept: 0.5, usual: 6.9 }; // notes a second
const VELOCITY = { kept: 0.8, usual: 85 };
const LENGTH = { kept: 0.65, usual: 0.84 }; // s

/** Nats that every onset loses at about twice the target density; that every note end gains where notes are about twice as long. */
const DENSITY_GAIN = 1;
const LENGTH_GAIN = 1;
/** Nats that an onset loses for each VELOCITY_STEP above the mean velocity, where the mean is about twice its target. */
const VELOCITY_GAIN = 1;
const VELOCITY_STEP = 32;
const FARTHEST_VELOCITY = 32;
/** Most nats of each correction. */
const MOST = 1;
/**
 * Where the model plays much denser than its target (half as dense again), a bias against onsets does not suffice: no
 * other wait follows a short one, and while the model holds no note only an onset can come. So long waits gain nats, in full
 * from LONG_SHIFT steps on.
 */
const MUCH = 0.4;
const WAIT_GAIN = 15;
const MOST_WAIT = 12;
const LONG_SHIFT = 40;

/** Adds a bias to the logits (token); returns whether it did. */
type Steady = (logits: Float32Array, recent: RecentPlay, firmness: number) => boolean;

/**
 * Keeps the model near the player's density, note lengths and loudness: a few tenths of a nat for or against onsets, note ends and loud
 * notes, by how far the last seconds are from the target. The target is what the regression predicts from the player's playing, or the
 * mean of all pieces where nobody has played.
 */
export function asYouPlay(symbols: PerformanceCodec['symbols'], bins: ArrayLike<number>): Steady {
  const kinds = Uint8Array.from(symbols, ({ type }) => (type === 'on' ? 1 : type === 'off' ? 2 : 0));
  const lengths = Float32Array.from(symbols, (symbol) =>
    symbol.type === 'shift' ? Math.min(1, symbol.steps / LONG_SHIFT) : 0,
  );
  return (logits, { modelStyle: played, playerStyle: heard }, firmness) => {
    if (!(firmness > 0) || !played) return false;
    const off = apart(played.density, aim(DENSITY, heard?.density));
    const onsets = -bounded(firmness * DENSITY_GAIN * off);
    const wait = Math.min(MOST_WAIT, firmness * WAIT_GAIN * Math.max(0, off - MUCH));
    const longer = played.length === null ? 0 : apart(played.length, aim(LENGTH, heard?.length));
    const ends = bounded(firmness * LENGTH_GAIN * longer);
    const louder = apart(played.velocity, aim(VELOCITY, heard?.velocity));
    const loud = bounded(firmness * VELOCITY_GAIN * louder) / VELOCITY_STEP;
    for (let token = 0; token < kinds.length; token++) {
      const kind = kinds[token]!;
      let nats = kind === 1 ? onsets : kind === 2 ? ends : wait * lengths[token]!;
      const struck = bins[token]!;
      if (struck > 0) {
        const beyond = struck - played.velocity;
        nats -= loud * Math.max(-FARTHEST_VELOCITY, Math.min(FARTHEST_VELOCITY, beyond));
      }
      logits[token]! += nats;
    }
    return true;
  };
}

/** The target after playing at this value; `heard` is null or undefined if it is unknown. */
function aim({ kept, usual }: typeof DENSITY, heard: number | null | undefined): number {
  return kept * (heard ?? usual) + (1 - kept) * usual;
}

/** About ln(value / aim), in arithmetic that is the same on every machine. */
function apart(value: number, aim: number): number {
  return (2 * (value - aim)) / (value + aim);
}

function bounded(nats: number): number {
  return Math.max(-MOST, Math.min(MOST, nats));
}
