import type { SessionEvent } from './events.js';
import { Session, type SessionParts } from './session.js';
import type { TakeRecord } from './take.js';

/** What a take was played with, apart from what is heard and written now. */
export type ReplayParts = Omit<SessionParts, 'output' | 'emit' | 'record'>;

/** What came of it. */
export interface Replay {
  readonly events: SessionEvent[];
  readonly records: TakeRecord[];
  /** The network's state at the end: (layer, h then c). */
  readonly state: Float32Array;
}

/**
 * Plays a take again from its inputs and commands alone, without a clock: the same seed, model and parameters give the
 * same tokens and notes, whatever the machine was doing the first time.
 */
export function replayTake(take: Iterable<TakeRecord>, parts: ReplayParts): Replay {
  const events: SessionEvent[] = [];
  const records: TakeRecord[] = [];
  const session = new Session({
    ...parts,
    output: { noteOn: () => {}, noteOff: () => {}, silence: () => {} },
    emit: (event) => events.push(event),
    record: (record) => records.push(record),
  });
  for (const record of take) {
    if (record.type === 'input') session.input(record.event);
    else if (record.type === 'command') session.command(record.command, record.time);
    else if (record.type === 'end') session.advance(record.time);
  }
  return { events, records, state: session.state() };
}
