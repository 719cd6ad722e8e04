import { expect, it } from 'vitest';
import { jam, phrase, START } from './testing/jam.js';

/** Advances every millisecond, `late` seconds after the time that is due; returns how late notes were said to be. */
function reply(late: number) {
  let clock = 0;
  const { session, events } = jam('answer', { clock: () => clock });
  session.command(START, 0);
  const end = phrase(session, 1, [60, 62, 64, 65, 67]);
  let handOver = 0;
  for (let time = end; time < end + 4; time += 0.001) {
    clock = time + late;
    session.advance(time);
    const begun = events.findLast((event) => event.type === 'phase');
    if (begun?.takeOverAt !== undefined) handOver = begun.takeOverAt;
  }
  const onsets = events.filter((event) => event.type === 'noteOn' && event.voice === 'model');
  return { ...session.takeLatenesses(), onsets: onsets.map(({ time }) => time), handOver };
}

it('a reply that begins on time is not late, though the grid puts its first note before the hand-over', () => {
  const { notes, atOnce, onsets, handOver } = reply(0.002);
  const before = onsets.filter((time) => time <= handOver);
  expect(before.length).toBeGreaterThan(0);
  expect(atOnce).toHaveLength(before.length);
  expect(notes).toHaveLength(onsets.length - before.length);
  expect(notes.length).toBeGreaterThan(5);
  // Two milliseconds, and up to one until the next look at the clock.
  for (const late of [...atOnce, ...notes]) expect(late).toBeGreaterThan(0.0019);
  for (const late of [...atOnce, ...notes]) expect(late).toBeLessThan(0.0031);
});
