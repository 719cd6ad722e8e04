import type { Seconds } from '../../music/units.js';
import type { SessionCommand } from '../../session/commands.js';

type Pulse = Extract<SessionCommand, { readonly type: 'pulse' }>;

/** The beat that a player tapped last. Another engine is told of it as of a clock's: at the moment of its next beat. */
export class TappedBeat {
  #last: { readonly pulse: Pulse; readonly time: Seconds } | null = null;
  #timer: NodeJS.Timeout | undefined;

  told(pulse: Pulse, time: Seconds): void {
    clearTimeout(this.#timer);
    this.#last = pulse.tapped && pulse.beat > 0 ? { pulse, time } : null;
  }

  /** Tells it again at the next beat, if one is known. */
  again(now: Seconds, tell: (pulse: Pulse) => void): void {
    clearTimeout(this.#timer);
    if (this.#last === null) return;
    const { pulse, time } = this.#last;
    const wait = untilNext(now - time, pulse.beat);
    // The beat that begins a bar need not be the next one.
    this.#timer = setTimeout(() => tell({ ...pulse, bar: false }), 1000 * wait);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

/** Time until the next multiple of `beat` after `since`. */
export function untilNext(since: Seconds, beat: Seconds): Seconds {
  return beat * Math.ceil(since / beat) - since;
}
