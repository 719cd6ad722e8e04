import { describe, expect, it } from 'vitest';
import { REAL_TIME } from '../../../midi/index.js';
import { MemoryPorts } from '../../../midi/memory.js';
import type { PlayerEvent } from '../session-control.js';
import { HeldKeys } from './held-keys.js';
import { type ChannelFilter, notHeard } from './input-channel.js';
import { KeyboardInput } from './keyboard-input.js';

/** A keyboard connected with `filter`, and a textual log of the result. */
function connected(filter: ChannelFilter) {
  let now = 0;
  const ports = new MemoryPorts(() => now);
  const keyboard = ports.plugKeyboard('Keys');
  const heard: string[] = [];
  const say = (event: PlayerEvent) => `${event.type} ${event.type === 'pedal' ? event.down : event.pitch}`;
  const input = new KeyboardInput(
    ports,
    'Keys',
    filter,
    { hears: () => false },
    {
      held: new HeldKeys((event) => heard.push(say(event))),
      moved: (message) => heard.push(`moved ${message}`),
      ignored: (channel) => heard.push(`ignored ${channel + 1}`),
      meter: () => 4,
      clock: (beat) => heard.push(beat === null ? 'no clock' : `clock ${beat.beat.toFixed(2)}`),
    },
    () => 0,
  );
  const tick = (seconds: number) => {
    keyboard.clock(REAL_TIME.tick);
    now += seconds;
  };
  return { keyboard, input, heard, tick };
}

describe('the channels of a keyboard', () => {
  it('are all but the drums, which is said once', () => {
    const { keyboard, heard } = connected('all but 10');
    for (const status of [0x99, 0x89, 0x99, 0xb9, 0x9f]) keyboard.play([status, 36, 100]);
    expect(heard).toEqual(['ignored 10', 'noteOn 36']);
    expect(notHeard('all but 10', 9)).toContain('Channel 10 is percussion');
  });

  it.each([
    ['10', ['noteOn 36', 'noteOff 36', 'ignored 1']],
    ['all', ['noteOn 36', 'noteOff 36', 'noteOn 60']],
    ['3', ['ignored 10', 'ignored 1']],
  ] as const)('are %s where that is asked for', (filter, expected) => {
    const { keyboard, heard } = connected(filter);
    keyboard.play([0x99, 36, 100]);
    keyboard.play([0x89, 36, 100]);
    keyboard.play([0x90, 60, 100]);
    expect(heard).toEqual(expected);
  });

  it('let go of their keys when others are heard', () => {
    const { keyboard, input, heard } = connected('all');
    keyboard.play([0x90, 60, 100]);
    keyboard.play([0x92, 62, 100]);
    input.use('3');
    keyboard.play([0x80, 60, 100]);
    input.close();
    expect(heard).toEqual(['noteOn 60', 'noteOn 62', 'noteOff 60', 'noteOff 62']);
  });
});

it('the clock that comes with a keyboard ends with it', () => {
  const { keyboard, input, heard, tick } = connected('all');
  keyboard.clock(REAL_TIME.start);
  for (let ticks = 0; ticks < 30; ticks++) tick(0.5 / 24);
  expect(heard).toEqual(['clock 0.50']);
  input.close();
  expect(heard).toEqual(['clock 0.50', 'no clock']);
});
