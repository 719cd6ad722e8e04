import type { Seconds } from '../music/units.js';

/** System real-time messages (MIDI 1.0 Detailed Specification, Table VI). */
export const REAL_TIME = { tick: 0xf8, start: 0xfa, continue: 0xfb, stop: 0xfc } as const;

/** The beats of a MIDI clock: one is at the moment of the call. */
export interface ClockBeat {
  readonly beat: Seconds;
  /** Whether that beat begins a bar, as far as the clock shows it. */
  readonly bar: boolean;
}

const TICKS_A_BEAT = 24;
/** Number of ticks over which the tempo is measured. */
const MEASURED = 2 * TICKS_A_BEAT;
/** Bounds on the deviation of phase and tempo, beyond which the beats are reported again. */
const OFF: Seconds = 0.015;
const OFF_TEMPO = 0.01;
/** Ticks farther apart than this (20 beats a minute) mean that the clock was interrupted. */
const LONGEST_TICK: Seconds = 3 / TICKS_A_BEAT;

/**
 * Turns a MIDI clock into beats, from its Start (or Continue) to its Stop: many keyboards send ticks all the time, at a tempo that
 * nobody plays in. It reports beats only where they are not predicted by the last report.
 */
export class MidiClock {
  #running = false;
  /** Number of ticks since Start, with the next one. */
  #count = 0;
  /** Whether the count began at a bar line. */
  #fromStart = false;
  /** Times of the last ticks. */
  #times: Seconds[] = [];
  #told: { readonly beat: Seconds; readonly time: Seconds; readonly bars: boolean } | null = null;

  /** @param meter returns the beats a bar @param tell called at the time of a beat; with null where the clock has stopped */
  constructor(
    private readonly meter: () => number,
    private readonly tell: (beat: ClockBeat | null, time: Seconds) => void,
  ) {}

  /** Takes a system real-time message. */
  onMessage(status: number, time: Seconds): void {
    if (status === REAL_TIME.tick && this.#running) this.#tick(time);
    else if (status === REAL_TIME.stop) this.end(time);
    else if (status === REAL_TIME.start || status === REAL_TIME.continue) {
      this.end(time);
      this.#running = true;
      this.#fromStart = status === REAL_TIME.start;
    }
  }

  /** The clock's sender is gone. */
  end(time: Seconds): void {
    this.#running = false;
    this.#count = 0;
    this.#times = [];
    if (this.#told !== null) this.tell(null, time);
    this.#told = null;
  }

  /** The listener has lost the last report: the next beat is reported. */
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
