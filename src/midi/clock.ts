import type { Seconds } from '../music/units.js';

/** System real-time messages (MIDI 1.0 Detailed Specification, Table VI). */
export const REAL_TIME = { tick: 0xf8, start: 0xfa, continue: 0xfb, stop: 0xfc } as const;

/** How the beats of a clock lie: one at the moment at which it is told. */
export interface ClockBeat {
  readonly beat: Seconds;
  /** Whether it begins a bar, as far as the clock has said where bars begin. */
  readonly bar: boolean;
}

const TICKS_A_BEAT = 24;
/** The tempo is that of so many ticks. */
const MEASURED = 2 * TICKS_A_BEAT;
/** What is farther off than this is told anew. */
const OFF: Seconds = 0.015;
const OFF_TEMPO = 0.01;
/** Ticks farther apart are no tempo: the clock was interrupted. 20 beats a minute. */
const LONGEST_TICK: Seconds = 3 / TICKS_A_BEAT;

/**
 * A MIDI clock, as beats. It counts from its Start (or Continue) to its Stop: many keyboards send ticks all the time, at a tempo that
 * nobody plays in. Told is what a listener who goes on by what was told before would not know.
 */
export class MidiClock {
  #running = false;
  /** Ticks since Start, the next one included. */
  #count = 0;
  /** Whether the count began with a bar. */
  #fromStart = false;
  /** Times of the last ticks. */
  #times: Seconds[] = [];
  #told: { readonly beat: Seconds; readonly time: Seconds; readonly bars: boolean } | null = null;

  /** `meter`: beats a bar. `tell` is called at the moment of a beat; null: there is no clock any more. */
  constructor(
    private readonly meter: () => number,
    private readonly tell: (beat: ClockBeat | null, time: Seconds) => void,
  ) {}

  /** A real-time message. */
  onMessage(status: number, time: Seconds): void {
    if (status === REAL_TIME.tick && this.#running) this.#tick(time);
    else if (status === REAL_TIME.stop) this.end(time);
    else if (status === REAL_TIME.start || status === REAL_TIME.continue) {
      this.end(time);
      this.#running = true;
      this.#fromStart = status === REAL_TIME.start;
    }
  }

  /** Nobody sends it any more. */
  end(time: Seconds): void {
    this.#running = false;
    this.#count = 0;
    this.#times = [];
    if (this.#told !== null) this.tell(null, time);
    this.#told = null;
  }

  /** What was told is not known any more. */
  again(): void {
    this.#told = null;
  }

  #tick(time: Seconds): void {
    const last = this.#times.at(-1);
    if (last !== undefined && time - last > LONGEST_TICK) this.#times = [];
    this.#times.push(time);
    if (this.#times.length > MEASURED + 1) this.#times.shift();
    const isBeat = this.#count % TICKS_A_BEAT === 0;
    const beats = this.#count / TICKS_A_BEAT;
    this.#count++;
    if (isBeat && this.#times.length > TICKS_A_BEAT) this.#beat(beats, time);
  }

  #beat(beats: number, time: Seconds): void {
    const ticks = this.#times.length - 1;
    const beat = (TICKS_A_BEAT * (time - this.#times[0]!)) / ticks;
    const bar = this.#fromStart && beats % this.meter() === 0;
    if (this.#told !== null && !this.#isOff(beat, time) && (this.#told.bars || !bar)) return;
    this.tell({ beat, bar }, time);
    // A beat that was told anew says nothing of bars: the next one that begins a bar is told too.
    this.#told = { beat, time, bars: bar };
  }

  #isOff(beat: Seconds, time: Seconds): boolean {
    const told = this.#told!;
    const beats = (time - told.time) / told.beat;
    const late = Math.abs(beats - Math.round(beats)) * told.beat;
    return late > OFF || Math.abs(beat / told.beat - 1) > OFF_TEMPO;
  }
}
