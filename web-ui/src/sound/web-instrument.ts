import type { Seconds } from '../../../src/music/units.js';
import { Synth } from '../../../src/synth/synth.js';
import type { HeardNote, SessionInstrument, SoundNote } from './sounds.js';

/** A silent note, while the browser has no sound yet. */
const SILENT: HeardNote = { release() {}, hold() {}, cancel() {} };

/** How long a browser may take from the user gesture to sound. */
const WAKING: Seconds = 0.3;

/** The browser's instrument: maps session times to the audio clock. Browsers start audio only on a user gesture. */
export class WebInstrument implements SessionInstrument {
  #synth: Synth | undefined;
  #context: AudioContext | undefined;
  #volume = 0.8;
  #muted = false;
  #absent = false;
  /** When audio was last requested to start. */
  #asked: Seconds = Number.NEGATIVE_INFINITY;

  constructor(
    readonly sessionNow: () => Seconds,
    /** Called when audio starts, or the system suspends it. */
    readonly changed: () => void,
  ) {}

  /** Starts the audio; call it from a user gesture. */
  wake(): void {
    if (this.#absent) return;
    if (this.#synth === undefined) {
      try {
        this.#context = new AudioContext({ latencyHint: 'interactive' });
        this.#synth = new Synth(this.#context);
      } catch {
        this.#absent = true;
        return;
      }
      this.#applyVolume();
      this.#context!.addEventListener('statechange', this.changed);
    }
    if (this.#context!.state === 'running') return;
    this.#asked = this.sessionNow();
    void this.#context!.resume();
  }

  get state(): 'absent' | 'asleep' | 'awake' {
    if (this.#absent) return 'absent';
    return this.#context?.state === 'running' ? 'awake' : 'asleep';
  }

  /** Output latency as far as the browser knows it; undefined before there is sound. */
  get latency(): Seconds | undefined {
    const context = this.#context;
    return context === undefined ? undefined : context.baseLatency + (context.outputLatency || 0);
  }

  get sounding(): number {
    return this.#synth?.sounding ?? 0;
  }

  /** The recent peak level, 0 to 1. */
  get level(): number {
    return this.#synth?.level ?? 0;
  }

  setVolume(volume: number, muted: boolean): void {
    this.#volume = volume;
    this.#muted = muted;
    this.#applyVolume();
  }

  noteOn({ voice, pitch, velocity, timbre }: SoundNote, at: Seconds): HeardNote {
    const synth = this.#synth;
    if (synth === undefined || !this.#wakeOrWaking) return SILENT;
    // A drum rings as long as it does, whenever its note ends.
    if (timbre === 'drums')
      return { ...SILENT, cancel: synth.strike(pitch, velocity, this.#audioTime(at)).cancel };
    const time = this.#audioTime(at);
    const isPiano = timbre === undefined || timbre === 'piano';
    const note = isPiano
      ? synth.noteOn(voice, pitch, velocity, time)
      : synth.tone({ tone: timbre, pitch, velocity }, time);
    return { ...note, release: (time) => note.release(this.#audioTime(time)) };
  }

  click(accent: boolean, at: Seconds): Pick<HeardNote, 'cancel'> {
    const synth = this.#synth;
    if (synth === undefined || !this.#wakeOrWaking) return SILENT;
    return synth.click(accent, this.#audioTime(at));
  }

  silence(): void {
    this.#synth?.silence();
  }

  /** Whether audio runs or is about to: the key that started it is heard a moment later, notes while it stays suspended are not. */
  get #wakeOrWaking(): boolean {
    return this.#context?.state === 'running' || this.sessionNow() - this.#asked < WAKING;
  }

  /** The audio time of a session time; a late note sounds now, since the audio clock takes no past time. */
  #audioTime(at: Seconds): number {
    return this.#synth!.context.currentTime + Math.max(0, at - this.sessionNow());
  }

  #applyVolume(): void {
    this.#synth?.setVolume(this.#muted ? 0 : this.#volume);
  }
}
