import type { Pitch, Velocity } from '../music/units.js';
import type { Tone } from './timbre.js';
import {
  type AudioTime,
  approach,
  chain,
  type SynthContext,
  type SynthNode,
  type SynthWave,
  withValues,
} from './web-audio.js';

/** How a family of instruments sounds. Times in seconds. */
interface ToneSpec {
  /** Amplitudes of the partials, the fundamental first. */
  readonly partials: readonly number[];
  /** Two sources, so many cents off; one where it is 0. */
  readonly detune: number;
  readonly attack: number;
  /** The time constant of its decay, and the share of the peak to which it decays. */
  readonly decay: number;
  readonly sustain: number;
  /** The time constant of its end. */
  readonly release: number;
  /** Where its lowpass lies, in partials, at the softest and the hardest stroke. */
  readonly dullest: number;
  readonly brightest: number;
  readonly level: number;
}

const reciprocal = (count: number, power: number) =>
  Array.from({ length: count }, (_, index) => 1 / (index + 1) ** power);

export const TONES: Readonly<Record<Tone, ToneSpec>> = {
  // A tine with the bell of its attack: the electric pianos, tuned percussion, plucked strings.
  keys: {
    ...{ partials: [1, 0.22, 0.05, 0.12, 0.02, 0, 0.04], detune: 1.5, attack: 0.002, decay: 0.9, sustain: 0 },
    ...{ release: 0.07, dullest: 3, brightest: 14, level: 0.26 },
  },
  bass: {
    ...{ partials: [1, 0.6, 0.3, 0.16, 0.09, 0.05], detune: 0, attack: 0.006, decay: 0.7, sustain: 0.2 },
    ...{ release: 0.04, dullest: 4, brightest: 12, level: 0.42 },
  },
  strings: {
    ...{ partials: reciprocal(14, 1.05), detune: 7, attack: 0.08, decay: 0.5, sustain: 0.85 },
    ...{ release: 0.12, dullest: 4, brightest: 9, level: 0.13 },
  },
  // A cylindrical bore sounds odd partials, as a clarinet's low register does.
  reed: {
    ...{ partials: [1, 0.04, 0.55, 0.05, 0.3, 0.06, 0.16, 0.05, 0.08], detune: 0, attack: 0.03, decay: 0.3 },
    ...{ sustain: 0.85, release: 0.05, dullest: 4, brightest: 11, level: 0.2 },
  },
};

/** A held note is ended after so long. */
const LONGEST = 30;

/** A note that sounds or will sound; see SynthNote. */
export interface ToneNote {
  release(at: AudioTime): void;
  hold(): void;
  cancel(): void;
}

/** Synthesized instruments of a few families, without samples: a wave of partials, a lowpass, an envelope. */
export class Tones {
  readonly #waves = new Map<Tone, SynthWave>();

  constructor(
    private readonly context: SynthContext,
    private readonly out: SynthNode,
    /** Played in real time. */
    private readonly live: boolean,
  ) {}

  /** Begins a note. `ended` is called when nothing of it is heard any more. */
  noteOn(
    note: { readonly tone: Tone; readonly pitch: Pitch; readonly velocity: Velocity },
    at: AudioTime,
    ended: () => void,
  ): ToneNote {
    const { context } = this;
    const { tone, pitch, velocity } = note;
    const { attack, decay, sustain, release, dullest, brightest, level, detune } = TONES[tone];
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const force = velocity / 127;
    const peak = level * (0.05 + 0.95 * force ** 1.5);
    const open = Math.min(16_000, frequency * (dullest + (brightest - dullest) * force));
    const filter = withValues(context.createBiquadFilter(), { Q: 0.4, frequency: open });
    const envelope = withValues(context.createGain(), { gain: 0 });
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(peak, at + attack);
    envelope.gain.setTargetAtTime(peak * sustain, at + attack, decay);
    const damper = context.createGain();
    chain(filter, envelope, damper, this.out);
    const sources = (detune === 0 ? [0] : [-detune, detune]).map((cents) => {
      const source = withValues(context.createOscillator(), { frequency, detune: cents });
      source.setPeriodicWave(this.#wave(tone));
      source.connect(filter);
      source.start(at);
      return source;
    });
    // What dies away by itself is over sooner.
    const end = at + (sustain === 0 ? attack + 7 * decay : LONGEST);
    const stop = (when: AudioTime) => {
      for (const source of sources) source.stop(when);
    };
    // As in Synth.noteOn.
    if (this.live) stop(end);
    sources[0]!.addEventListener('ended', () => {
      damper.disconnect();
      ended();
    });
    const fade = (when: AudioTime, over: number) => {
      const from = Math.max(when, context.currentTime);
      damper.gain.cancelScheduledValues(from);
      if (this.live) damper.gain.setTargetAtTime(0, from, over);
      else approach(damper.gain, { from: 1, to: 0, at: from, constant: over });
      stop(Math.min(end, from + over * 8));
    };
    return {
      release: (when) => fade(Math.max(when, at + attack), release),
      hold: () => {
        damper.gain.cancelScheduledValues(context.currentTime);
        damper.gain.setTargetAtTime(1, context.currentTime, 0.005);
        stop(end);
      },
      cancel: () => {
        if (at > context.currentTime) stop(0);
        else fade(context.currentTime, 0.012);
      },
    };
  }

  #wave(tone: Tone): SynthWave {
    const known = this.#waves.get(tone);
    if (known) return known;
    const sine = Float32Array.from([0, ...TONES[tone].partials]);
    const wave = this.context.createPeriodicWave(new Float32Array(sine.length), sine);
    this.#waves.set(tone, wave);
    return wave;
  }
}
