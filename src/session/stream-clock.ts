import type { Pulse, StreamEvent, StreamSnapshot, TokenStream, TurnKind, Voice } from '../codec/codec.js';
import type { GivenPulse } from '../music/beats/tracker.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';

/** A snapshot of a stream whose time is not the session's. */
interface Shifted {
  readonly shiftedBy: Seconds;
  readonly of: StreamSnapshot;
}

/**
 * A stream as its session sees it, in session time. A stream that goes on from a moment of another session remembers times of that one: its
 * own clock goes on, and differs from the session's by so much.
 */
export class StreamClock implements Omit<TokenStream, 'pulse' | 'turnEnd'> {
  /** The stream's time less the session's. */
  #by: Seconds = 0;
  readonly setParams?: NonNullable<TokenStream['setParams']>;
  readonly setPulse?: NonNullable<TokenStream['setPulse']>;
  readonly beginTurn?: NonNullable<TokenStream['beginTurn']>;
  readonly setTurnEnd?: NonNullable<TokenStream['setTurnEnd']>;

  constructor(readonly inner: TokenStream) {
    if (inner.setParams) this.setParams = (params) => inner.setParams!(params);
    if (inner.setPulse)
      this.setPulse = (pulse, time) => inner.setPulse!(this.#pulseIn(pulse), this.#in(time));
    if (inner.beginTurn)
      this.beginTurn = (end: Seconds | null, kind: TurnKind) => {
        const begun = inner.beginTurn!(this.#in(end), kind);
        return { ...begun, end: this.#out(begun.end) };
      };
    if (inner.setTurnEnd) this.setTurnEnd = (end) => this.#out(inner.setTurnEnd!(this.#in(end)));
  }

  /** What the stream has at `from` of its session counts as having been at `to`. */
  move(from: Seconds, to: Seconds): void {
    this.#by += from - to;
  }

  #in<Time extends Seconds | null>(time: Time): Time {
    return (time === null ? time : time + this.#by) as Time;
  }

  #out<Time extends Seconds | null | undefined>(time: Time): Time {
    return (typeof time === 'number' ? time - this.#by : time) as Time;
  }

  #eventIn<E extends PerformanceEvent>(event: E): E {
    return this.#by === 0 ? event : { ...event, time: event.time + this.#by };
  }

  #eventsOut<E extends PerformanceEvent>(events: E[]): E[] {
    return this.#by === 0 ? events : events.map((event) => ({ ...event, time: event.time - this.#by }));
  }

  #pulseIn(pulse: GivenPulse | null): GivenPulse | null {
    if (this.#by === 0 || pulse?.beatAt === undefined) return pulse;
    return { ...pulse, beatAt: pulse.beatAt + this.#by };
  }

  get head(): Seconds {
    return this.inner.head - this.#by;
  }

  get pulse(): Pulse | undefined {
    const { pulse } = this.inner;
    return pulse && this.#by !== 0 ? { ...pulse, time: pulse.time - this.#by } : pulse;
  }

  get heardPulse(): GivenPulse | null {
    const heard = this.inner.heardPulse ?? null;
    if (this.#by === 0 || heard?.beatAt === undefined) return heard;
    return { ...heard, beatAt: heard.beatAt - this.#by };
  }

  get turnEnd(): Seconds | null | undefined {
    return this.#out(this.inner.turnEnd);
  }

  get recent(): TokenStream['recent'] {
    return this.inner.recent;
  }

  feed(event: PerformanceEvent): number[] {
    return this.inner.feed(this.#eventIn(event));
  }

  advance(time: Seconds): number[] {
    return this.inner.advance(this.#in(time));
  }

  seek(time: Seconds): void {
    this.inner.seek(this.#in(time));
  }

  accept(token: number): StreamEvent[] {
    return this.#eventsOut(this.inner.accept(token));
  }

  release(): { tokens: number[]; events: PerformanceEvent[] } {
    const { tokens, events } = this.inner.release();
    return { tokens, events: this.#eventsOut(events) };
  }

  forbid(mask: Uint8Array): void {
    this.inner.forbid(mask);
  }

  openNotes(voice: Voice): number[] {
    return this.inner.openNotes(voice);
  }

  soundingTime(pitch: Pitch): Seconds {
    return this.inner.soundingTime(pitch);
  }

  forgetModelOnsets(): void {
    this.inner.forgetModelOnsets?.();
  }

  lastLength(pitch: Pitch): Seconds {
    return this.inner.lastLength(pitch);
  }

  snapshot(): StreamSnapshot {
    const of = this.inner.snapshot();
    if (this.#by === 0) return of;
    return { shiftedBy: this.#by, of } satisfies Shifted as unknown as StreamSnapshot;
  }

  restore(snapshot: StreamSnapshot): void {
    const shifted = isShifted(snapshot) ? snapshot : null;
    this.#by = shifted?.shiftedBy ?? 0;
    this.inner.restore(shifted?.of ?? snapshot);
  }
}

function isShifted(snapshot: unknown): snapshot is Shifted {
  return typeof snapshot === 'object' && snapshot !== null && 'shiftedBy' in snapshot;
}
