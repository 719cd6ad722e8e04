/** Lateness in milliseconds that 99 of 100 notes keep below where sessions are held. */
export const HELD_MS = 10;

/** How late the notes of one session were, in milliseconds: see the event `health`. */
export interface SessionLateness {
  /** Of notes that were known before they were due. */
  readonly notes: readonly number[];
  /** Of those that were due as soon as they could be known, such as the first of a reply: since the hand-over. */
  readonly handOvers: readonly number[];
}

/** How punctual the notes of several sessions were, taken together. */
export interface Punctuality {
  readonly latenessMsP50: number;
  readonly latenessMsP99: number;
  /** From the hand-over to notes that were due then, and how many there were. */
  readonly handOverMsP50: number;
  readonly handOverMsP99: number;
  readonly handOvers: number;
  /** Share of the notes of the worst session that were {@link HELD_MS} late or more. */
  readonly worstLateShare: number;
}

/**
 * Takes sessions together. A session plays a hundred notes or so in a measurement, so that its own 99th percentile is one note: what is
 * asked of each alone is a share of late notes.
 */
export function punctualityOf(sessions: readonly SessionLateness[]): Punctuality {
  const notes = sorted(sessions.flatMap((session) => session.notes));
  const handOvers = sorted(sessions.flatMap((session) => session.handOvers));
  return {
    latenessMsP50: quantile(notes, 0.5),
    latenessMsP99: quantile(notes, 0.99),
    handOverMsP50: quantile(handOvers, 0.5),
    handOverMsP99: quantile(handOvers, 0.99),
    handOvers: handOvers.length,
    worstLateShare: Math.max(0, ...sessions.map((session) => lateShare(session.notes))),
  };
}

function lateShare(notes: readonly number[]): number {
  return notes.length === 0 ? 0 : notes.filter((late) => late >= HELD_MS).length / notes.length;
}

const sorted = (values: readonly number[]) => values.toSorted((one, other) => one - other);

/** The smallest value that is not exceeded by `share` of them; 0 where there are none. */
function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0;
}
