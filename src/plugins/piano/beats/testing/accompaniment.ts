import type { PerformanceEvent } from '../../../../music/note.js';
import type { Seconds } from '../../../../music/units.js';

/** Bars that begin at `from`: low notes on the first beat, chords on all, eighths above. */
export function accompaniment(from: Seconds, pace: Seconds, beats: number, meter = 4): PerformanceEvent[] {
  const events: PerformanceEvent[] = [];
  const play = (time: Seconds, pitch: number, length: Seconds) =>
    events.push(
      { type: 'noteOn', time, pitch, velocity: 70 },
      { type: 'noteOff', time: time + length, pitch },
    );
  for (let beat = 0; beat < beats; beat++) {
    const time = from + beat * pace;
    const root = [36, 43, 45, 41][Math.floor(beat / meter) % 4]!;
    if (beat % meter === 0) play(time, root, 0.9 * pace);
    for (const tone of [12, 16, 19]) play(time, root + tone, 0.8 * pace);
    play(time, 72 + ((beat * 5) % 7), 0.45 * pace);
    play(time + pace / 2, 72 + ((beat * 5 + 2) % 7), 0.45 * pace);
  }
  return events.sort((a, b) => a.time - b.time);
}
