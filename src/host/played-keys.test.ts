import { describe, expect, it } from 'vitest';
import type { MidiMessage } from '../midi/index.js';
import type { PerformanceEvent } from '../music/note.js';
import { PlayedKeys } from './played-keys.js';

/** What `messages`, a second apart, come to: events, and what was moved. */
function heard(...messages: MidiMessage[]) {
  const played: string[] = [];
  const moved: MidiMessage[] = [];
  const say = (event: PerformanceEvent) =>
    `${event.time} ${event.type} ${event.type === 'pedal' ? event.down : event.pitch}`;
  const keys = new PlayedKeys({
    played: (event) => played.push(say(event)),
    moved: (message) => moved.push(message),
  });
  messages.forEach((message, index) => {
    keys.hear(message, index);
  });
  return { played, moved, keys };
}

describe('keys on sixteen channels', () => {
  it('a pitch is down until the last channel that holds it lets go', () => {
    const { played } = heard([0x90, 72, 80], [0x91, 72, 80], [0x81, 72, 0], [0x90, 72, 0]);
    expect(played).toEqual(['0 noteOn 72', '1 noteOn 72', '3 noteOff 72']);
  });

  it('a channel cannot let go of what it does not hold', () => {
    expect(heard([0x90, 60, 80], [0x85, 60, 0], [0x80, 60, 0], [0x80, 60, 0]).played).toEqual([
      '0 noteOn 60',
      '2 noteOff 60',
    ]);
  });

  it.each([120, 123, 124, 125, 126, 127])('CC%i lifts keys and pedal of its channel', (controller) => {
    const { played } = heard(
      [0x90, 52, 80],
      [0x90, 48, 80],
      [0x91, 48, 80],
      [0xb0, 64, 127],
      [0xb0, controller, 0],
      [0x81, 48, 0],
    );
    expect(played).toEqual([
      '0 noteOn 52',
      '1 noteOn 48',
      '2 noteOn 48',
      '3 pedal true',
      '4 noteOff 52',
      '4 pedal false',
      '5 noteOff 48',
    ]);
  });

  it('CC121 lifts the pedal and leaves the keys', () => {
    expect(heard([0x90, 52, 80], [0xb0, 64, 127], [0xb0, 121, 0]).played.at(-1)).toBe('2 pedal false');
    expect(heard([0x90, 52, 80], [0xb0, 122, 0]).played).toEqual(['0 noteOn 52']);
  });

  it('the pedal is down while one channel has it down, and goes on by its value', () => {
    const { played, moved } = heard(
      [0xb0, 64, 30],
      [0xb1, 64, 127],
      [0xb0, 64, 90],
      [0xb1, 64, 0],
      [0xb0, 64, 70],
      [0xb0, 64, 0],
    );
    expect(played).toEqual(['1 pedal true', '5 pedal false']);
    expect(moved.map((message) => message[2])).toEqual([30, 127, 90, 70, 0]);
  });

  it('lets all else through: controllers, program, pressure, bend', () => {
    const messages: MidiMessage[] = [
      [0xb0, 1, 64],
      [0xc0, 5],
      [0xd0, 9],
      [0xa0, 60, 9],
      [0xe0, 0, 80],
    ];
    expect(heard(...messages)).toMatchObject({ played: [], moved: messages });
  });

  it('hears the bend of the key that was struck last (MPE)', () => {
    const { moved } = heard(
      [0xe1, 0, 70],
      [0x91, 60, 80],
      [0xe2, 0, 60],
      [0x92, 64, 80],
      [0xe1, 0, 75],
      [0xe2, 0, 61],
    );
    // A channel without a key bends all: the master channel of MPE, or a wheel before the key.
    expect(moved).toEqual([
      [0xe1, 0, 70],
      [0xe1, 0, 70],
      [0xe2, 0, 60],
      [0xe2, 0, 60],
      [0xe2, 0, 61],
    ]);
  });

  it('release lifts everything of everybody, once', () => {
    const { played, keys } = heard([0x90, 60, 80], [0x95, 60, 80], [0x9f, 61, 80], [0xb3, 64, 127]);
    keys.release(9);
    keys.release(10);
    expect(played.slice(4)).toEqual(['9 noteOff 60', '9 noteOff 61', '9 pedal false']);
    expect(keys.down).toBe(false);
  });
});
