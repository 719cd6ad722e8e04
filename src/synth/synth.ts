import type { Voice } from '../codec/codec.js';
import type { Pitch, Velocity } from '../music/units.js';
import { DrumKit, type Stroke } from './drums/drum-kit.js';
import { noiseFrom } from './noise.js';
import type { Tone } from './timbre.js';
import { Tones } from './tones.js';
import {
  type AudioTime,
  approach,
  chain,
  type SynthAnalyser,
  type SynthBuffer,
  type SynthContext,
  type SynthGain,
  type SynthNode,
  type SynthSource,
  type SynthWave,
  withValues,
} from './web-audio.js';

/** Most simultaneous notes; the oldest is stolen. */
const POLYPHONY = 48;
/** Stereo position of the two voices. */
const PAN: Readonly<Record<Voice, number>> = { player: -0.25, model: 0.25 };
const BRIGHTNESSES = 5;
/** Samples that the meter shows. */
const METERED = 2048;
/** Seeds of the noises, which are the same each time. */
const KNOCK = 1;
const ROOM = [2, 3] as const;

export interface SynthNote {
  /** Releases the key: the damper falls, quickly or slowly by register. */
  release(at: AudioTime): void;
  /** Cancels a release that has not come yet. */
  hold(): void;
  /** Cancels the note: never heard if it has not begun, else ended at once. */
  cancel(): void;
}

interface Sounding extends SynthNote {
  readonly start: AudioTime;
}

/**
 * A small struck-string synthesizer without samples: a band-limited wave whose partials get brighter with velocity and duller with
 * pitch, two slightly detuned strings, a double decay, a hammer knock, a short reverb.
 */
export class Synth {
  readonly #out: SynthGain;
  readonly #meter: SynthAnalyser;
  readonly #pan: Readonly<Record<Voice, SynthNode>>;
  readonly #waves: readonly SynthWave[];
  readonly #knock: SynthBuffer;
  readonly #sounding = new Set<Sounding>();
  #drums: DrumKit | undefined;
  #tones: Tones | undefined;

  /** `live`: it plays in real time, so that notes are bounded in number, and drums are computed before they are struck. */
  constructor(
    readonly context: SynthContext,
    private readonly live = true,
  ) {
    this.#out = context.createGain();
    this.#meter = context.createAnalyser();
    this.#meter.fftSize = METERED;
    const limiter = withValues(context.createDynamicsCompressor(), {
      ...{ threshold: -8, knee: 6, ratio: 16, attack: 0.002, release: 0.12 },
    });
    const room = context.createConvolver();
    room.buffer = roomImpulse(context);
    const wet = withValues(context.createGain(), { gain: 0.16 });
    // The limiter passes the attack of a hard chord, and browsers apply make-up gain: leave some headroom.
    const head = withValues(context.createGain(), { gain: 0.85 });
    chain(this.#out, limiter, head, context.destination);
    head.connect(this.#meter);
    chain(this.#out, room, wet, limiter);
    const panned = (voice: Voice) => {
      const panner = withValues(context.createStereoPanner(), { pan: PAN[voice] });
      panner.connect(this.#out);
      return panner;
    };
    this.#pan = { player: panned('player'), model: panned('model') };
    this.#waves = Array.from({ length: BRIGHTNESSES }, (_, level) =>
      stringWave(context, level / (BRIGHTNESSES - 1)),
    );
    this.#knock = knockNoise(context);
  }

  /** Sets the volume, 0 to 1, with a ramp of a few hundredths of a second to avoid a click. */
  setVolume(volume: number): void {
    this.#out.gain.setTargetAtTime(volume * volume, this.context.currentTime, 0.01);
  }

  /** Notes that sound or will sound. */
  get sounding(): number {
    return this.#sounding.size + (this.#drums?.sounding ?? 0);
  }

  /** The loudest of the last 2048 samples, 0 to 1. */
  get level(): number {
    const samples = new Float32Array(METERED);
    this.#meter.getFloatTimeDomainData(samples);
    return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  }

  noteOn(voice: Voice, pitch: Pitch, velocity: Velocity, at: AudioTime): SynthNote {
    const { context } = this;
    this.#makeRoom();
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const force = velocity / 127;
    const peak = 0.32 * force ** 1.6 + 0.012;
    // Low strings ring for many seconds, high ones hardly one.
    const ring = 9 * 2 ** (-(pitch - 36) / 20) + 0.25;
    // Brighter when struck hard; higher notes have fewer audible partials.
    const brightness = Math.max(0, Math.min(1, 0.15 + force - (pitch - 48) / 110));
    const wave = this.#waves[Math.round(brightness * (BRIGHTNESSES - 1))]!;

    const envelope = withValues(context.createGain(), { gain: 0 });
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(peak, at + 0.003);
    // The double decay of coupled strings: quickly to a third, then slowly (Weinreich 1977).
    approach(envelope.gain, { from: peak, to: peak * 0.35, at: at + 0.004, constant: ring * 0.09 });
    envelope.gain.setTargetAtTime(0, at + ring * 0.3, ring * 0.5);
    const tone = withValues(context.createBiquadFilter(), { Q: 0.3 });
    const open = Math.min(16_000, frequency * (3 + 12 * force) + 600);
    tone.frequency.setValueAtTime(open, at);
    const dull = Math.min(open, frequency * 3 + 300);
    approach(tone.frequency, { from: open, to: dull, at: at + 0.01, constant: ring * 0.2 });
    const damper = context.createGain();
    chain(tone, envelope, damper, this.#pan[voice]);

    const sources: SynthSource[] = [-0.5, 0.5].map((detune) => {
      const string = withValues(context.createOscillator(), { frequency, detune });
      string.setPeriodicWave(wave);
      string.connect(tone);
      return string;
    });
    const knock = context.createBufferSource();
    knock.buffer = this.#knock;
    chain(knock, withValues(context.createGain(), { gain: 0.25 * force * force }), envelope);
    sources.push(knock);
    for (const source of sources) source.start(at);

    const end = at + ring * 2.5;
    const stop = (when: AudioTime) => {
      for (const source of sources) source.stop(when);
    };
    // What is rendered is always released, and Node's library takes one end of a source.
    if (this.live) stop(end);
    const damping = pitch > 88 ? 0.25 : 0.05 + Math.max(0, 60 - pitch) / 400;
    const fade = (when: AudioTime, over: number) => {
      const from = Math.max(when, context.currentTime);
      damper.gain.cancelScheduledValues(from);
      if (this.live) damper.gain.setTargetAtTime(0, from, over);
      else approach(damper.gain, { from: 1, to: 0, at: from, constant: over });
      stop(Math.min(end, from + over * 8));
    };
    const note: Sounding = {
      start: at,
      release: (when) => {
        if (this.#sounding.has(note)) fade(Math.max(when, at + 0.02), damping);
      },
      hold: () => {
        if (!this.#sounding.has(note)) return;
        damper.gain.cancelScheduledValues(context.currentTime);
        stop(end);
      },
      cancel: () => {
        if (!this.#sounding.delete(note)) return;
        if (at > context.currentTime) stop(0);
        else fade(context.currentTime, 0.012);
      },
    };
    this.#sounding.add(note);
    sources[0]!.addEventListener('ended', () => {
      this.#sounding.delete(note);
      damper.disconnect();
    });
    return note;
  }

  /** Plays a note of the model on another instrument than the piano. */
  tone(
    of: { readonly tone: Tone; readonly pitch: Pitch; readonly velocity: Velocity },
    at: AudioTime,
  ): SynthNote {
    this.#makeRoom();
    this.#tones ??= new Tones(this.context, this.#pan.model, this.live);
    const played = this.#tones.noteOn(of, at, () => this.#sounding.delete(note));
    const whileItSounds = (act: () => void) => {
      if (this.#sounding.has(note)) act();
    };
    const note: Sounding = {
      start: at,
      release: (when) => whileItSounds(() => played.release(when)),
      hold: () => whileItSounds(played.hold),
      cancel: () => {
        if (this.#sounding.delete(note)) played.cancel();
      },
    };
    this.#sounding.add(note);
    return note;
  }

  /** Strikes a drum of the kit, by General MIDI's keys. */
  strike(pitch: Pitch, velocity: Velocity, at: AudioTime): Stroke {
    this.#drums ??= new DrumKit(this.context, this.#out, this.live);
    return this.#drums.strike(pitch, velocity, at);
  }

  /** A wood block in the middle, higher where it is accented. */
  click(accent: boolean, at: AudioTime): Pick<SynthNote, 'cancel'> {
    const { context } = this;
    const block = withValues(context.createOscillator(), { frequency: accent ? 1650 : 1100 });
    block.type = 'triangle';
    const envelope = withValues(context.createGain(), { gain: 0 });
    envelope.gain.setValueAtTime(accent ? 0.3 : 0.2, at);
    approach(envelope.gain, { from: accent ? 0.3 : 0.2, to: 0, at: at + 0.002, constant: 0.012 });
    chain(block, envelope, this.#out);
    block.start(at);
    block.stop(at + 0.1);
    const click: Sounding = {
      start: at,
      release() {},
      hold() {},
      cancel: () => {
        if (this.#sounding.delete(click)) block.stop(at > context.currentTime ? 0 : context.currentTime);
      },
    };
    this.#sounding.add(click);
    block.addEventListener('ended', () => {
      this.#sounding.delete(click);
      envelope.disconnect();
    });
    return click;
  }

  silence(): void {
    for (const note of [...this.#sounding]) note.cancel();
    this.#drums?.silence();
  }

  #makeRoom(): void {
    if (!this.live || this.#sounding.size < POLYPHONY) return;
    let first: Sounding | undefined;
    for (const note of this.#sounding) if (first === undefined || note.start < first.start) first = note;
    first?.cancel();
  }
}

/** Partials of a struck string; `brightness` 0 to 1 makes the higher ones fall off more slowly. */
function stringWave(context: SynthContext, brightness: number): SynthWave {
  const partials = 24;
  const sine = new Float32Array(partials + 1);
  const fall = 2.6 - 1.5 * brightness;
  for (let n = 1; n <= partials; n++) {
    // A hammer at one eighth of the string leaves every eighth partial out.
    const struck = Math.abs(Math.sin((Math.PI * n) / 8));
    sine[n] = (struck + 0.05) / n ** fall;
  }
  return context.createPeriodicWave(new Float32Array(partials + 1), sine);
}

/** The knock of a hammer: 30 ms of noise that dies away. */
function knockNoise(context: SynthContext): SynthBuffer {
  const length = Math.round(context.sampleRate * 0.03);
  const buffer = context.createBuffer(1, length, context.sampleRate);
  const data = buffer.getChannelData(0);
  const noise = noiseFrom(KNOCK);
  let low = 0;
  for (let i = 0; i < length; i++) {
    low += 0.12 * (noise() - low);
    data[i] = low * Math.exp((-6 * i) / length);
  }
  return buffer;
}

/** A small room: a second of noise that dies away, different in both ears. */
function roomImpulse(context: SynthContext): SynthBuffer {
  const length = Math.round(context.sampleRate * 1.1);
  const buffer = context.createBuffer(2, length, context.sampleRate);
  for (const [channel, seed] of ROOM.entries()) {
    const data = buffer.getChannelData(channel);
    const noise = noiseFrom(seed);
    let low = 0;
    for (let i = 0; i < length; i++) {
      low += 0.35 * (noise() - low);
      data[i] = low * Math.exp((-6.5 * i) / length);
    }
  }
  return buffer;
}
