import { expect, it } from 'vitest';
import { MemoryPorts } from '../../../midi/memory.js';
import { monotonic } from '../clock.js';
import { soundNotes } from './sound-notes.js';

const note = (pitch: number, start: number, end: number) => ({ pitch, velocity: 80, start, end });

/** A synth in memory that records what it receives. */
function synth() {
  const system = new MemoryPorts(monotonic);
  const { received } = system.plugSynth('Synth');
  const port = system.openOutput('Synth');
  const strokes = () =>
    received.flatMap(({ message: [status, pitch] }) => {
      if ((status & 0xf0) === 0x90) return [[pitch, 'on']];
      return (status & 0xf0) === 0x80 ? [[pitch, 'off']] : [];
    });
  return { port, received, strokes };
}

it('sounds both voices as they were played, from the first note on; a pitch that both hold ends with the last', async () => {
  const { port, received, strokes } = synth();
  const began = monotonic();
  await soundNotes(port, {
    player: { notes: [note(60, 10, 10.1), note(64, 10.2, 10.4)], pedal: [{ time: 10.1, down: true }] },
    model: [note(64, 10.3, 10.5)],
  });
  expect(strokes()).toEqual([
    [60, 'on'],
    [60, 'off'],
    [64, 'on'],
    // Struck again by the other voice.
    [64, 'off'],
    [64, 'on'],
    [64, 'off'],
  ]);
  expect(received.some(({ message }) => message.join() === [0xb0, 64, 127].join())).toBe(true);
  expect(received.some(({ message }) => message.join() === [0xb0, 123, 0].join())).toBe(true);
  const ons = received.filter(({ message }) => (message[0] & 0xf0) === 0x90);
  expect(ons[0]!.time - began).toBeLessThan(5);
  expect(ons[1]!.time - ons[0]!.time).toBeGreaterThan(0.19);
});

it('ends what sounds where it is stopped, however far the next note is', async () => {
  const { port, strokes } = synth();
  const stop = new AbortController();
  const playing = soundNotes(
    port,
    {
      player: { notes: [note(60, 0, 5000)], pedal: [] },
      model: [note(62, 4000, 5000)],
    },
    { signal: stop.signal },
  );
  setTimeout(() => stop.abort(), 100);
  await playing;
  expect(strokes()).toEqual([
    [60, 'on'],
    [60, 'off'],
  ]);
});
