import type { GivenPulse } from '../music/beats/tracker.js';
import type { Seconds } from '../music/units.js';
import type { SessionCommand } from './commands.js';
import { Metronome, type MetronomeParts } from './metronome.js';
import type { ModelVoice } from './model-voice.js';
import type { TurnState } from './turn-state.js';

/** What {@link SessionBeats} work with. */
interface BeatsParts {
  readonly voice: ModelVoice;
  readonly metronome: MetronomeParts;
  /** Whether the metronome clicks now, where there is a pulse. */
  readonly clicks: () => boolean;
  /** Whether nobody plays. */
  readonly waits: () => boolean;
}

/** The beats of a session: those that it is given for its stream, and those of the stream, which its metronome clicks. */
export class SessionBeats {
  readonly #metronome: Metronome;
  /** The beats that the player tapped or a MIDI clock gave; null where nobody does. */
  #pulse: GivenPulse | null = null;
  /** What another member of the band hears. */
  #shared: GivenPulse | null = null;

  constructor(private readonly parts: BeatsParts) {
    this.#metronome = new Metronome(parts.metronome);
  }

  /** What the player tapped, or a clock gave. */
  get told(): GivenPulse | null {
    return this.#pulse;
  }

  /** What a stream is to go by: what was tapped or clocked comes first. */
  get given(): GivenPulse | null {
    return this.#pulse ?? this.#shared;
  }

  tell({ beat, bar, tapped }: Extract<SessionCommand, { type: 'pulse' }>, time: Seconds): void {
    this.#pulse = beat === 0 ? null : { period: beat, beatAt: time, bar, tapped };
    this.parts.voice.setPulse(this.given, time);
  }

  /** Another member of the band hears these beats (null: none). */
  share(pulse: GivenPulse | null, time: Seconds): void {
    this.#shared = pulse;
    if (this.#pulse === null) this.parts.voice.setPulse(pulse, time);
  }

  /**
   * Has the metronome follow the stream's pulse while the session runs. Each turn sets its beat (`begins`); between turns it
   * keeps counting by itself.
   */
  sync(time: Seconds, begins: boolean): void {
    const { pulse } = this.parts.voice;
    if (!pulse || !this.parts.clicks()) this.#metronome.stopClicks();
    else if (!begins && this.#metronome.hasTempoOf(pulse)) return;
    else if (begins || !this.parts.waits()) this.#metronome.follow(pulse, time);
    else this.#metronome.keepCount(pulse, time);
  }

  /** When a click is due; null: none is. */
  get next(): Seconds | null {
    return this.#metronome.next;
  }

  dispatch(until: Seconds): void {
    this.#metronome.dispatch(until);
  }

  silence(): void {
    this.#metronome.silence();
  }

  /** Ends what clicks, and clicks no more until it is synced. */
  stop(): void {
    this.#metronome.silence();
    this.#metronome.stopClicks();
  }

  save(time: Seconds): Pick<TurnState, 'pulse' | 'shared' | 'metronome'> {
    return { pulse: this.#pulse, shared: this.#shared, metronome: this.#metronome.save(time) };
  }

  load({ pulse, shared, metronome }: Pick<TurnState, 'pulse' | 'shared' | 'metronome'>): void {
    this.#pulse = pulse;
    this.#shared = shared;
    this.#metronome.load(metronome);
  }
}
