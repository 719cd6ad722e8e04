import { expect, it } from 'vitest';
import { ChangedControllers } from './changed-controllers.js';
import type { MidiMessage } from './port.js';

/** What puts back what these messages moved. */
function back(...messages: MidiMessage[]): MidiMessage[] {
  const moved = new ChangedControllers();
  for (const message of messages) moved.sent(message);
  const rest = moved.rest();
  expect(moved.rest()).toEqual([]);
  return rest;
}

it('puts pedals, wheels and pressure back, each once, on their channels', () => {
  expect(
    back(
      [0xb2, 64, 127],
      [0xb2, 64, 100],
      [0xb0, 66, 127],
      [0xb0, 1, 64],
      [0xb0, 11, 3],
      [0xe2, 5, 70],
      [0xe2, 6, 71],
      [0xd2, 9],
      [0xd2, 10],
      [0xa0, 60, 9],
      [0xa0, 61, 9],
    ),
  ).toEqual([
    [0xb2, 64, 0],
    [0xb0, 66, 0],
    [0xb0, 1, 0],
    [0xb0, 11, 127],
    [0xe2, 0, 64],
    [0xd2, 0],
    [0xa0, 60, 0],
    [0xa0, 61, 0],
  ]);
});

it('leaves what stands at rest, what is a setting, and notes', () => {
  const settings: MidiMessage[] = [
    [0xb0, 7, 20],
    [0xb0, 10, 0],
    [0xc0, 5],
    [0x90, 60, 64],
  ];
  const returned: MidiMessage[] = [
    [0xb0, 64, 127],
    [0xb0, 64, 0],
    [0xe0, 0, 80],
    [0xe0, 0, 64],
    [0xd0, 3],
    [0xd0, 0],
  ];
  expect(back(...settings, ...returned)).toEqual([]);
});

it('knows whether the pedal is down', () => {
  const moved = new ChangedControllers();
  moved.sent([0xb3, 64, 80]);
  expect([moved.pedal(3), moved.pedal(2)]).toEqual([true, false]);
  moved.sent([0xb3, 64, 20]);
  expect(moved.pedal(3)).toBe(false);
});
