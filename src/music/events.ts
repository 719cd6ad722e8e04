import type { Performance, PerformanceEvent } from './note.js';

/** At one moment: the pedal first, then ends before beginnings, so that a note struck again is not ended at once. */
const ORDER: Record<PerformanceEvent['type'], number> = { pedal: 0, noteOff: 1, noteOn: 2 };

/** What a performance looks like live: its events in the order in which they happen. */
export function eventsOf({ notes, pedal }: Performance): PerformanceEvent[] {
  const events: PerformanceEvent[] = pedal.map((change) => ({ type: 'pedal', ...change }));
  for (const { pitch, velocity, start, end } of notes) {
    events.push({ type: 'noteOn', time: start, pitch, velocity }, { type: 'noteOff', time: end, pitch });
  }
  return events.sort((a, b) => a.time - b.time || ORDER[a.type] - ORDER[b.type]);
}
