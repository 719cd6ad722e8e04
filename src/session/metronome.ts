import type { Pulse } from '../codec/codec.js';
import type { Pitch, Seconds, Velocity } from '../music/units.js';
import type { SessionEvent } from './events.js';
import type { Output } from './ledger.js';
import { Scheduler } from './scheduler.js';

/** What a metronome is made of; everything is handed in. */
export interface MetronomeParts {
  /** Where its clicks go: percussion, by the pitches of General MIDI. */
  readonly output: Pick<Output, 'noteOn' | 'noteOff'>;
  /** Session time at this very moment. Without it every click counts as punctual. */
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
/** Clicks are told so long before they sound, so that a panel sounds them in time; from then on they stand. */
const AHEAD: Seconds = 0.1;
/** What is later than this, since nobody looked at the clock, is passed over. */
const TOO_LATE: Seconds = 0.5;
const EPSILON = 1e-6;

/**
 * Clicks on the beats of a pulse. It keeps the tempo through a turn, whatever is played, and takes up the beat of each new one;
 * two clicks are a quarter of a beat apart at least, since a player who comes in on a click hits it not quite. It hears nothing
 * and no token comes of it.
 */
export class Metronome {
  readonly #scheduler = new Scheduler();
  #pulse: Pulse | null = null;
  /** Nothing sounds before. */
  #from: Seconds = 0;
  /** The last click that was told. */
  #last: Seconds = Number.NEGATIVE_INFINITY;
  #ids = 0;
  readonly #sounding = new Set<Pitch>();

  constructor(private readonly parts: MetronomeParts) {}

  /** Whether it clicks in the tempo and meter of `pulse`. */
  hasTempoOf({ beat, bar }: Pulse): boolean {
    return this.#pulse?.beat === beat && this.#pulse.bar === bar;
  }

  /** The beats lie as `pulse` says, from `time` on. */
  follow(pulse: Pulse, time: Seconds): void {
    this.#pulse = pulse;
    this.#from = time;
  }

  /** Tempo and meter are those of `pulse`; the next beat comes when it would have come, or now, where there is none. */
  keepCount({ beat, bar }: Pulse, time: Seconds): void {
    const before = this.#pulse;
    const at = before ? before.at + (time - before.time) / before.beat : 0;
    // In another meter the next beat begins a bar.
    this.follow({ time, at: before?.bar === bar ? at : at - Math.ceil(at), beat, bar }, time);
  }

  /** There are no more clicks than were told. */
  stopClicks(): void {
    this.#pulse = null;
  }

  /** Ends what sounds, and what was told does not come. */
  silence(): void {
    this.#scheduler.discardAfter(Number.NEGATIVE_INFINITY);
    for (const pitch of this.#sounding) this.parts.output.noteOff(pitch);
    this.#sounding.clear();
  }

  /** What is due at `until` sounds. */
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

  /** When it wants to be looked after again; null while there is nothing to do. */
  get next(): Seconds | null {
    const beat = this.#nextBeat();
    const due = this.#scheduler.next;
    return beat === null ? due : Math.min(beat.time - AHEAD, due ?? Number.POSITIVE_INFINITY);
  }

  #nextBeat(): { readonly time: Seconds; readonly accent: boolean } | null {
    if (this.#pulse === null) return null;
    const { time, at, beat, bar } = this.#pulse;
    const after = Math.max(this.#from, this.#last + Math.max(beat / 4, 2 * LENGTH));
    const count = Math.ceil(at + (after - time) / beat - EPSILON);
    return { time: time + (count - at) * beat, accent: count % bar === 0 };
  }

  #plan(time: Seconds, accent: boolean): void {
    const { pitch, velocity } = accent ? ACCENT : BEAT;
    const id = this.#ids++;
    this.#scheduler.plan({ event: { type: 'noteOn', time, pitch, velocity }, id });
    this.#scheduler.plan({ event: { type: 'noteOff', time: time + LENGTH, pitch }, id });
    this.parts.emit({ type: 'click', time, accent });
  }
}
