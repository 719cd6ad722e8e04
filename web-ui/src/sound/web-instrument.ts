import type { Pitch, Seconds, Velocity } from '../../../src/music/units.js';
import type { Voice } from '../roll/note-store.js';
import type { HeardNote, SessionInstrument } from './sounds.js';
import { Synth } from './synth.js';

/** A note that nobody hears, since the browser has no sound yet. */
const SILENT: HeardNote = { release() {}, hold() {}, cancel() {} };

/** How long a browser may take from the user's hand to sound. */
const WAKING: Seconds = 0.3;

/** The browser's sound: session times put on the audio clock. Browsers let it start only by the user's hand. */
export class WebInstrument implements SessionInstrument {
  #synth: Synth | undefined;
  #volume = 0.8;
  #muted = false;
  #absent = false;
  /** When sound was last asked for. */
  #asked: Seconds = Number.NEGATIVE_INFINITY;

  constructor(
    readonly sessionNow: () => Seconds,
    /** Called when the browser's sound begins, or the system takes it away. */
    readonly changed: () => void,
  ) {}

  /** Called from a click or a key press. */
  wake(): void {
    if (this.#absent) return;
    if (this.#synth === undefined) {
      try {
        this.#synth = new Synth(new AudioContext({ latencyHint: 'interactive' }));
      } catch {
        this.#absent = true;
        return;
      }
      this.#applyVolume();
      this.#synth.context.addEventListener('statechange', this.changed);
    }
    if (this.#synth.context.state === 'running') return;
    this.#asked = this.sessionNow();
    void this.#synth.context.resume();
  }

  get state(): 'absent' | 'asleep' | 'awake' {
    if (this.#absent) return 'absent';
    return this.#synth?.context.state === 'running' ? 'awake' : 'asleep';
  }

  /** From the call to the loudspeaker, as far as the browser knows; undefined before there is sound. */
  get latency(): Seconds | undefined {
    const context = this.#synth?.context;
    return context === undefined ? undefined : context.baseLatency + (context.outputLatency || 0);
  }

  get sounding(): number {
    return this.#synth?.sounding ?? 0;
  }

  /** The loudest sample that left the instrument lately, 0 to 1. */
  get level(): number {
    return this.#synth?.level ?? 0;
  }

  setVolume(volume: number, muted: boolean): void {
    this.#volume = volume;
    this.#muted = muted;
    this.#applyVolume();
  }

  noteOn(voice: Voice, pitch: Pitch, velocity: Velocity, at: Seconds): HeardNote {
    const synth = this.#synth;
    if (synth === undefined || !this.#wakeOrWaking(synth)) return SILENT;
    const note = synth.noteOn(voice, pitch, velocity, this.#audioTime(at));
    return { ...note, release: (time) => note.release(this.#audioTime(time)) };
  }

  click(accent: boolean, at: Seconds): Pick<HeardNote, 'cancel'> {
    const synth = this.#synth;
    if (synth === undefined || !this.#wakeOrWaking(synth)) return SILENT;
    return synth.click(accent, this.#audioTime(at));
  }

  silence(): void {
    this.#synth?.silence();
  }

  /** The key that woke the sound is to be heard too, a moment later; what comes while it sleeps on is not. */
  #wakeOrWaking({ context }: Synth): boolean {
    return context.state === 'running' || this.sessionNow() - this.#asked < WAKING;
  }

  /** A note that comes a little late sounds now: the audio clock takes no time in the past. */
  #audioTime(at: Seconds): number {
    return this.#synth!.context.currentTime + Math.max(0, at - this.sessionNow());
  }

  #applyVolume(): void {
    this.#synth?.setVolume(this.#muted ? 0 : this.#volume);
  }
}
