import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../../test/requires.js';
import { eventsOf } from '../music/events.js';
import { readMidi } from '../music/midi/read.js';
import { applyPedal } from '../music/pedal.js';
import { toPerformance } from '../music/to-performance.js';
import { performance388 } from './performance/performance-388.js';
import { performancePacked16 } from './performance/performance-packed.js';

/** A few of ASAP's recorded performances: real pedalling, thousands of notes each. */
const FILES = 4;

describeWith('the corpora (CONTINUO_DATA)', 'performances of ASAP', (data) => {
  const folder = join(data, 'performance', 'asap');
  const files = data === '' ? [] : performancesBelow(folder);
  const sample = files.filter((_, index) => index % Math.ceil(files.length / FILES) === 0);

  it.each(sample)('%s: the same tokens live, and its notes back', (file) => {
    const performance = toPerformance(readMidi(readFileSync(join(folder, file))));
    // A pedal that is still down at the end comes up with the last note, as the file codec has it.
    const end = Math.max(...applyPedal(performance).map((note) => note.end));
    const pedal = [
      ...performance.pedal,
      { time: Math.max(end, performance.pedal.at(-1)?.time ?? 0), down: false },
    ];
    for (const codec of [performance388, performancePacked16]) {
      const { tokens, merged } = codec.encode(performance);
      const notes = codec.decode(tokens);
      expect(notes.length).toBe(performance.notes.length - merged);
      expect(codec.encode({ notes, pedal: [] }).tokens).toEqual(tokens);
      const stream = codec.stream(0, { silenceBound: Infinity });
      const live = eventsOf({ ...performance, pedal }).flatMap((event) => stream.feed(event));
      expect([...live, ...stream.advance(0)]).toEqual(tokens);
    }
  });

  it('costs about 4 tokens a note in the 388 classes, and about 3.2 packed', () => {
    const cost = [performance388, performancePacked16].map((codec) => {
      const pieces = sample.map((file) => toPerformance(readMidi(readFileSync(join(folder, file)))));
      const notes = pieces.reduce((sum, piece) => sum + piece.notes.length, 0);
      return pieces.reduce((sum, piece) => sum + codec.encode(piece).tokens.length, 0) / notes;
    });
    expect(Math.abs(cost[0]! - 4)).toBeLessThan(0.2);
    expect(Math.abs(cost[1]! - 3.2)).toBeLessThan(0.2);
  });
});

function performancesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mid') && !file.includes('score'))
    .sort();
}
