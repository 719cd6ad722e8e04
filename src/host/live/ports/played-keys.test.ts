import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MidiMessage } from '../../../midi/index.js';
import type { PlayerEvent } from '../session-control.js';
import { HeldKeys } from './held-keys.js';
import { PlayedKeys } from './played-keys.js';

/** The events and forwarded messages that result from `messages`, a second apart. */
function heard(...messages: MidiMessage[]) {
  const played: string[] = [];
  const moved: MidiMessage[] = [];
  const say = (event: PlayerEvent) =>
    `${event.time} ${event.type} ${event.type === 'pedal' ? event.down : event.pitch}`;
  const held = new HeldKeys((event) => played.push(say(event)));
  const keys = new PlayedKeys({
    held,
    moved: (message) => moved.push(message),
  });
  messages.forEach((message, index) => {
    keys.hear(message, index);
  });
  return { played, moved, keys, held };
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

  it('leaves the pedal down, on the output too, while a panel holds it', () => {
    const { played, moved, keys, held } = heard([0xb0, 64, 127]);
    const panel = held.hands();
    panel.play({ type: 'pedal', down: true });
    keys.hear([0xb0, 64, 0], 1);
    expect([played, moved.length]).toEqual([['0 pedal true'], 1]);
    keys.hear([0xb0, 64, 100], 2);
    panel.release();
    keys.hear([0xb0, 64, 0], 3);
    expect([played.at(-1), moved.at(-1)]).toEqual(['3 pedal false', [0xb0, 64, 0]]);
  });

  it('a keyboard that vanishes leaves what a panel holds, and the other way round', () => {
    const { played, keys, held } = heard([0x90, 60, 80], [0x90, 64, 80]);
    const panel = held.hands();
    panel.play({ type: 'noteOn', pitch: 60, velocity: 80, time: 2 });
    panel.play({ type: 'noteOn', pitch: 67, velocity: 80, time: 2 });
    keys.release(3);
    expect(played.slice(4)).toEqual(['3 noteOff 64']);
    keys.hear([0x90, 67, 80], 4);
    panel.release(5);
    expect(played.slice(5)).toEqual(['4 noteOn 67', '5 noteOff 60']);
    expect(keys.down).toBe(true);
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
    // A bend on a channel without keys applies to all: the MPE master channel, or a wheel moved before the key.
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

  it('whatever is played, a key comes up only if it was down, and nothing is left down', () => {
    const byte = fc.integer({ min: 0, max: 127 });
    const controller = fc.constantFrom(1, 64, 64, 120, 121, 122, 123, 127);
    const channel = fc.integer({ min: 0, max: 3 });
    const pitch = fc.integer({ min: 60, max: 63 });
    const message = fc.oneof(
      fc.tuple(channel, pitch, byte).map(([c, p, v]): MidiMessage => [0x90 | c, p, v]),
      fc.tuple(channel, pitch).map(([c, p]): MidiMessage => [0x80 | c, p, 0]),
      fc.tuple(channel, controller, byte).map(([c, n, v]): MidiMessage => [0xb0 | c, n, v]),
      fc.tuple(channel, byte).map(([c, v]): MidiMessage => [0xe0 | c, 0, v]),
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const down = new Set<number>();
        let [pedal, value] = [false, 0];
        const held = new HeldKeys((event) => {
          if (event.type === 'noteOn') down.add(event.pitch);
          else if (event.type === 'noteOff') expect(down.delete(event.pitch)).toBe(true);
          else {
            expect(event.down).toBe(!pedal);
            pedal = event.down;
          }
        });
        const keys = new PlayedKeys({
          held,
          moved(sent) {
            if (sent[0] === 0xb0 && sent[1] === 64) value = sent[2]!;
          },
        });
        for (const each of messages) keys.hear(each, 0);
        expect(keys.down).toBe(down.size > 0 || value > 0);
        expect(pedal).toBe(value >= 64);
        keys.release(0);
        expect([down.size, pedal, value]).toEqual([0, false, 0]);
      }),
    );
  });
});
