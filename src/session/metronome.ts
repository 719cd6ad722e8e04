import type { Pulse } from '../codec/codec.js';
import type { Pitch, Seconds, Velocity } from '../music/units.js';
import type { SessionEvent } from './events.js';
import type { Output } from './ledger.js';
import { Scheduler } from './scheduler.js';
import type { MetronomeState } from './turn-state.js';

/** What a {@link Metronome} works with. */
export interface MetronomeParts {
  /** Where its clicks go: percussion, by pitches of the General MIDI percussion map. */
  readonly output: Pick<Output, 'noteOn' | 'noteOff'>;
  /** Reads the session's clock, to tell how late a click is sent. Without it every click counts as punctual. */
  readonly clock?: () => Seconds;
  readonly emit: (event: SessionEvent) => void;
}

interface Click {
  readonly pitch: Pitch;
  readonly velocity: Velocity;
}

/** General MIDI Level 1, percussion key map: 76 high wood block, 77 low wood block. A bar's first beat, and the others. */
const ACCENT: Click = { pitch: 76, velocity: 112 };
const BEAT: Click = { pitch: 77, velocity: 84 };
const LENGTH: Seconds = 0.05;
/** Clicks are emitted this long before they sound, so that a panel can sound them in time; then they are fixed. */
const AHEAD: Seconds = 0.1;
/** Clicks that would be later than this are skipped. */
const TOO_LATE: Seconds = 0.5;
const EPSILON = 1e-6;

/**
 * Clicks on the beats of a pulse. It keeps its tempo during a turn, and takes up the beat of each new one. Two clicks are at
 * least a quarter of a beat apart, since a player who comes in on a click does not hit it exactly. Clicks are not fed to the
 * network.
 */
export class Metronome {
  readonly #scheduler = new Scheduler();
  #pulse: Pulse | null = null;
  /** No click comes before this time. */
  #from: Seconds = 0;
  /** Time of the last click that was emitted. */
  #last: Seconds = Number.NEGATIVE_INFINITY;
  #ids = 0;
  /** The last clicks that were emitted. */
  #ahead: MetronomeState['ahead'] = [];
  readonly #sounding = new Set<Pitch>();

  constructor(private readonly parts: MetronomeParts) {}

  /** Whether it clicks in the tempo and meter of `pulse`, whatever its phase. */
  hasTempoOf({ beat, bar }: Pulse): boolean {
    return this.#pulse?.beat === beat && this.#pulse.bar === bar;
  }

  /** Clicks on the beats of `pulse` from `time` on. */
  follow(pulse: Pulse, time: Seconds): void {
    this.#pulse = pulse;
    this.#from = time;
  }

  /** Takes tempo and meter of `pulse` but keeps the phase: the next beat comes when it would have come, or now. */
  keepCount({ beat, bar }: Pulse, time: Seconds): void {
    const before = this.#pulse;
    const at = before ? before.at + (time - before.time) / before.beat : 0;
    // In another meter the next beat begins a bar.
    this.follow({ time, at: before?.bar === bar ? at : at - Math.ceil(at), beat, bar }, time);
  }

  /** Stops clicking; clicks that were emitted still sound. */
  stopClicks(): void {
    this.#pulse = null;
  }

  /** Ends the click that sounds, and cancels those that were emitted. */
  silence(): void {
    this.#scheduler.discardAfter(Number.NEGATIVE_INFINITY);
    this.#ahead = [];
    for (const pitch of this.#sounding) this.parts.output.noteOff(pitch);
    this.#sounding.clear();
  }

  /** Sends the clicks that are due at `until`. */
  dispatch(until: Seconds): void {
    for (let next = this.#nextBeat(); next !== null && next.time <= until + AHEAD; next = this.#nextBeat()) {
      this.#last = next.time;
      if (next.time >= until - TOO_LATE) this.#plan(next.time, next.accent);
    }
    for (let due = this.#scheduler.take(until); due; due = this.#scheduler.take(until)) {
      const { event } = due;
      if (!this.#scheduler.punctual(due, this.parts.clock?.() ?? until)) continue;
      if (event.type === 'noteOn') {
        this.#sounding.add(event.pitch);
        this.parts.output.noteOn(event.pitch, event.velocity);
      } else if (this.#sounding.delete(event.pitch)) this.parts.output.noteOff(event.pitch);
    }
  }

  /** When to call {@link dispatch} again; null while it does not click. */
  get next(): Seconds | null {
    const beat = this.#nextBeat();
    const due = this.#scheduler.next;
    return beat === null ? due : Math.min(beat.time - AHEAD, due ?? Number.POSITIVE_INFINITY);
  }

  /** What it counts after `time`, for another session to go on with. */
  save(time: Seconds): MetronomeState {
    const last = Number.isFinite(this.#last) ? this.#last : null;
    const ahead = this.#ahead.filter((click) => click.time > time);
    return { pulse: this.#pulse, from: this.#from, last, ahead };
  }

  load({ pulse, from, last, ahead }: MetronomeState): void {
    this.#pulse = pulse;
    this.#from = from;
    this.#last = last ?? Number.NEGATIVE_INFINITY;
    for (const { time, accent } of ahead) this.#schedule(time, accent);
  }

  #nextBeat(): { readonly time: Seconds; readonly accent: boolean } | null {
    if (this.#pulse === null) return null;
    const { time, at, beat, bar } = this.#pulse;
    const after = Math.max(this.#from, this.#last + Math.max(beat / 4, 2 * LENGTH));
    const count = Math.ceil(at + (after - time) / beat - EPSILON);
    return { time: time + (count - at) * beat, accent: count % bar === 0 };
  }

  #plan(time: Seconds, accent: boolean): void {
    this.#schedule(time, accent);
    this.parts.emit({ type: 'click', time, accent });
  }

  #schedule(time: Seconds, accent: boolean): void {
    this.#ahead = [...this.#ahead.filter((click) => click.time > time - AHEAD - LENGTH), { time, accent }];
    const { pitch, velocity } = accent ? ACCENT : BEAT;
    const id = this.#ids++;
    this.#scheduler.plan({ event: { type: 'noteOn', time, pitch, velocity }, id });
    this.#scheduler.plan({ event: { type: 'noteOff', time: time + LENGTH, pitch }, id });
  }
}
