import type { Pitch, Velocity } from '../../../src/music/units.js';
import type { Voice } from '../roll/note-store.js';
import { DrumKit, type Stroke } from './drums/drum-kit.js';
import type { Tone } from './timbre.js';
import { Tones } from './tones.js';

/** Time of the audio clock, seconds (`AudioContext.currentTime`). */
type AudioTime = number;

/** Most simultaneous notes; the oldest is stolen. */
const POLYPHONY = 48;
/** Stereo position of the two voices. */
const PAN: Readonly<Record<Voice, number>> = { player: -0.25, model: 0.25 };
const BRIGHTNESSES = 5;

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
  readonly #out: GainNode;
  readonly #meter: AnalyserNode;
  readonly #pan: Readonly<Record<Voice, AudioNode>>;
  readonly #waves: readonly PeriodicWave[];
  readonly #knock: AudioBuffer;
  readonly #sounding = new Set<Sounding>();
  #drums: DrumKit | undefined;
  #tones: Tones | undefined;

  constructor(readonly context: AudioContext) {
    this.#out = context.createGain();
    this.#meter = new AnalyserNode(context, { fftSize: 2048 });
    const limiter = new DynamicsCompressorNode(context, {
      threshold: -8,
      knee: 6,
      ratio: 16,
      attack: 0.002,
      release: 0.12,
    });
    const room = new ConvolverNode(context, { buffer: roomImpulse(context) });
    const wet = new GainNode(context, { gain: 0.16 });
    // The limiter passes the attack of a hard chord, and browsers apply make-up gain: leave some headroom.
    const head = new GainNode(context, { gain: 0.85 });
    this.#out.connect(limiter).connect(head).connect(context.destination);
    head.connect(this.#meter);
    this.#out.connect(room).connect(wet).connect(limiter);
    const panned = (voice: Voice) => {
      const panner = new StereoPannerNode(context, { pan: PAN[voice] });
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
    const samples = new Float32Array(this.#meter.fftSize);
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

    const envelope = new GainNode(context, { gain: 0 });
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(peak, at + 0.003);
    // The double decay of coupled strings: quickly to a third, then slowly (Weinreich 1977).
    envelope.gain.setTargetAtTime(peak * 0.35, at + 0.004, ring * 0.09);
    envelope.gain.setTargetAtTime(0, at + ring * 0.3, ring * 0.5);
    const tone = new BiquadFilterNode(context, { type: 'lowpass', Q: 0.3 });
    const open = Math.min(16_000, frequency * (3 + 12 * force) + 600);
    tone.frequency.setValueAtTime(open, at);
    tone.frequency.setTargetAtTime(Math.min(open, frequency * 3 + 300), at + 0.01, ring * 0.2);
    const damper = new GainNode(context);
    tone.connect(envelope).connect(damper).connect(this.#pan[voice]);

    const sources: AudioScheduledSourceNode[] = [-0.5, 0.5].map((detune) => {
      const string = new OscillatorNode(context, { frequency, detune });
      string.setPeriodicWave(wave);
      string.connect(tone);
      return string;
    });
    const knock = new AudioBufferSourceNode(context, { buffer: this.#knock });
    const knockLevel = new GainNode(context, { gain: 0.25 * force * force });
    knock.connect(knockLevel).connect(envelope);
    sources.push(knock);
    for (const source of sources) source.start(at);

    const end = at + ring * 2.5;
    const stop = (when: AudioTime) => {
      for (const source of sources) source.stop(when);
    };
    stop(end);
    const damping = pitch > 88 ? 0.25 : 0.05 + Math.max(0, 60 - pitch) / 400;
    const fade = (when: AudioTime, over: number) => {
      const from = Math.max(when, context.currentTime);
      damper.gain.cancelScheduledValues(from);
      damper.gain.setTargetAtTime(0, from, over);
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
    this.#tones ??= new Tones(this.context, this.#pan.model);
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
    this.#drums ??= new DrumKit(this.context, this.#out);
    return this.#drums.strike(pitch, velocity, at);
  }

  /** A wood block in the middle, higher where it is accented. */
  click(accent: boolean, at: AudioTime): Pick<SynthNote, 'cancel'> {
    const { context } = this;
    const block = new OscillatorNode(context, { type: 'triangle', frequency: accent ? 1650 : 1100 });
    const envelope = new GainNode(context, { gain: 0 });
    envelope.gain.setValueAtTime(accent ? 0.3 : 0.2, at);
    envelope.gain.setTargetAtTime(0, at + 0.002, 0.012);
    block.connect(envelope).connect(this.#out);
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
    if (this.#sounding.size < POLYPHONY) return;
    let first: Sounding | undefined;
    for (const note of this.#sounding) if (first === undefined || note.start < first.start) first = note;
    first?.cancel();
  }
}

/** Partials of a struck string; `brightness` 0 to 1 makes the higher ones fall off more slowly. */
function stringWave(context: AudioContext, brightness: number): PeriodicWave {
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
function knockNoise(context: AudioContext): AudioBuffer {
  const length = Math.round(context.sampleRate * 0.03);
  const buffer = context.createBuffer(1, length, context.sampleRate);
  const data = buffer.getChannelData(0);
  let low = 0;
  for (let i = 0; i < length; i++) {
    low += 0.12 * (Math.random() * 2 - 1 - low);
    data[i] = low * Math.exp((-6 * i) / length);
  }
  return buffer;
}

/** A small room: a second of noise that dies away, different in both ears. */
function roomImpulse(context: AudioContext): AudioBuffer {
  const length = Math.round(context.sampleRate * 1.1);
  const buffer = context.createBuffer(2, length, context.sampleRate);
  for (let channel = 0; channel < 2; channel++) {
    const data = buffer.getChannelData(channel);
    let low = 0;
    for (let i = 0; i < length; i++) {
      low += 0.35 * (Math.random() * 2 - 1 - low);
      data[i] = low * Math.exp((-6.5 * i) / length);
    }
  }
  return buffer;
}
