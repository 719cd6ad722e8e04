import type { Pitch, Velocity } from '../../music/units.js';
import {
  type AudioTime,
  approach,
  chain,
  type SynthBuffer,
  type SynthContext,
  type SynthNode,
  withValues,
} from '../web-audio.js';
import { drumSamples } from './drum-samples.js';
import { chokes, DRUMS, type Drum, drumOf, LEVEL, PLACE } from './kit.js';

/** A stroke that sounds or will sound. */
export interface Stroke {
  /** Ends it at once; if it has not begun, it is never heard. */
  cancel(): void;
}

interface Ringing extends Stroke {
  readonly drum: Drum;
  readonly start: AudioTime;
  /** Damps it at that time. */
  choke(at: AudioTime): void;
}

/** A stroke so soft or so hard lets pass what lies below these frequencies, in Hz. */
const [DULLEST, BRIGHTEST] = [2500, 20_000] as const;
/** Most simultaneous strokes; the oldest is stolen. */
const POLYPHONY = 32;
const CHOKED = 0.012;

/** A drum kit without samples of others: each stroke plays what {@link drumSamples} computes, brighter the harder it is struck. */
export class DrumKit {
  readonly #buffers = new Map<Drum, SynthBuffer>();
  readonly #ringing = new Set<Ringing>();

  constructor(
    private readonly context: SynthContext,
    private readonly out: SynthNode,
    /** Played in real time. */
    private readonly live: boolean,
  ) {
    if (live) this.#prepare(DRUMS);
  }

  /** Strokes that sound or will sound. */
  get sounding(): number {
    return this.#ringing.size;
  }

  strike(pitch: Pitch, velocity: Velocity, at: AudioTime): Stroke {
    const { context } = this;
    const drum = drumOf(pitch);
    this.#makeRoom();
    for (const other of this.#ringing)
      if (other.start <= at && chokes(drum, other.drum)) other.choke(Math.max(at, context.currentTime));
    const force = velocity / 127;
    const source = context.createBufferSource();
    source.buffer = this.#buffer(drum);
    const frequency = DULLEST * (BRIGHTEST / DULLEST) ** force;
    const tone = withValues(context.createBiquadFilter(), { Q: 0.3, frequency });
    const loudness = LEVEL[drum] * (0.03 + 0.97 * force ** 1.6);
    const level = withValues(context.createGain(), { gain: loudness });
    const place = withValues(context.createStereoPanner(), { pan: PLACE[drum] });
    chain(source, tone, level, place, this.out);
    source.start(at);
    let choked = Number.POSITIVE_INFINITY;
    const choke = (when: AudioTime) => {
      // The first choke ends it; a later one would let it ring on.
      if (when >= choked) return;
      choked = when;
      approach(level.gain, { from: loudness, to: 0, at: when, constant: CHOKED });
      source.stop(when + 8 * CHOKED);
    };
    const stroke: Ringing = {
      ...{ drum, start: at, choke },
      cancel: () => {
        if (!this.#ringing.delete(stroke)) return;
        if (at > context.currentTime) source.stop(0);
        else choke(context.currentTime);
      },
    };
    this.#ringing.add(stroke);
    source.addEventListener('ended', () => {
      this.#ringing.delete(stroke);
      place.disconnect();
    });
    return stroke;
  }

  silence(): void {
    for (const stroke of [...this.#ringing]) stroke.cancel();
  }

  #buffer(drum: Drum): SynthBuffer {
    const known = this.#buffers.get(drum);
    if (known !== undefined) return known;
    const { sampleRate } = this.context;
    const samples = drumSamples(drum, sampleRate);
    const buffer = this.context.createBuffer(1, samples.length, sampleRate);
    buffer.getChannelData(0).set(samples);
    this.#buffers.set(drum, buffer);
    return buffer;
  }

  /** Computes the drums one by one, so that no frame waits for all of them. */
  #prepare([drum, ...others]: readonly Drum[]): void {
    if (drum === undefined) return;
    this.#buffer(drum);
    setTimeout(() => this.#prepare(others), 20);
  }

  #makeRoom(): void {
    if (!this.live || this.#ringing.size < POLYPHONY) return;
    let first: Ringing | undefined;
    for (const stroke of this.#ringing) if (first === undefined || stroke.start < first.start) first = stroke;
    first?.cancel();
  }
}
