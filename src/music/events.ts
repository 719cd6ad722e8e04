import type { Performance, PerformanceEvent } from './note.js';

/** Order of events at one time: the pedal first, then ends before onsets, so that a repeated note is not ended at once. */
const ORDER: Record<PerformanceEvent['type'], number> = { pedal: 0, noteOff: 1, noteOn: 2 };

/** The events of a performance in order of time, as a live input would give them. */
export function eventsOf({ notes, pedal }: Performance): PerformanceEvent[] {
  const events: PerformanceEvent[] = pedal.map((change) => ({ type: 'pedal', ...change }));
  for (const { pitch, velocity, start, end } of notes) {
    events.push({ type: 'noteOn', time: start, pitch, velocity }, { type: 'noteOff', time: end, pitch });
  }
  return events.sort((a, b) => a.time - b.time || ORDER[a.type] - ORDER[b.type]);
}
