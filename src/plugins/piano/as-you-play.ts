import type { PerformanceCodec, RecentPlay } from '../../plugin/index.js';

/**
 * What people keep to, measured on POP909's 818 training pieces: what comes 10 to 140 s after 20 s of a piece has so much of what
 * they had, and for the rest is as all pieces are (slopes and means of a regression).
 */
const DENSITY = { kept: 0.5, usual: 6.9 }; // notes a second
const VELOCITY = { kept: 0.8, usual: 85 };
const LENGTH = { kept: 0.65, usual: 0.84 }; // s

/** Nats that every onset loses where density is twice what is aimed at, nearly; that every end of a note gains where notes are twice as long. */
const DENSITY_GAIN = 1;
const LENGTH_GAIN = 1;
/** Nats that an onset loses, as much louder than the mean as one velocity step, where the mean is so many times louder. */
const VELOCITY_GAIN = 1;
const VELOCITY_STEP = 32;
const FARTHEST_VELOCITY = 32;
/** Nats: none of these is more. */
const MOST = 1;
/**
 * Where it is much denser, half as dense again, to take from onsets is not enough: after a short moment of waiting no other follows, and where
 * the model holds nothing only an onset can come. So long waits gain nats: those of so many steps all that there are.
 */
const MUCH = 0.4;
const WAIT_GAIN = 15;
const MOST_WAIT = 12;
const LONG_SHIFT = 40;

/** Adds to logits (token), by how player and model play and how firmly; returns whether there was anything to add. */
type Steady = (logits: Float32Array, recent: RecentPlay, firmness: number) => boolean;

/**
 * Keeps the model near how the player plays: a few tenths of a nat for or against onsets, the ends of notes, and loud notes, by how far
 * the last seconds are from what somebody who goes on from there would play. Where nobody has played, that is what people play usually.
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

/** What somebody plays on with who has played so; `heard` is null or undefined where nobody knows. */
function aim({ kept, usual }: typeof DENSITY, heard: number | null | undefined): number {
  return kept * (heard ?? usual) + (1 - kept) * usual;
}

/** Nearly ln(value / aim), in arithmetic that is the same on every machine. */
function apart(value: number, aim: number): number {
  return (2 * (value - aim)) / (value + aim);
}

function bounded(nats: number): number {
  return Math.max(-MOST, Math.min(MOST, nats));
}
