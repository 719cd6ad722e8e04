import { describe, expect, it } from 'vitest';
import { MemoryPorts } from './memory.js';
import { PORT_SUITE } from './testing/port-suite.js';

/** A clock that goes on by a millisecond with each look. */
const ticking = () => {
  let time = 0;
  return () => {
    time += 0.001;
    return time;
  };
};

describe('ports in memory', () => {
  for (const { title, run } of PORT_SUITE)
    it(title, async () => {
      const now = ticking();
      await run(new MemoryPorts(now), now);
    });

  it('plays from a keyboard and into a synth until they are unplugged', () => {
    const ports = new MemoryPorts(() => 2.5);
    const keyboard = ports.plugKeyboard('Keys');
    const synth = ports.plugSynth('Synth');
    expect(ports.list()).toEqual({ inputs: ['Keys'], outputs: ['Synth'] });
    const heard: unknown[] = [];
    ports.openInput('keys', (...arrival) => heard.push(arrival));
    const output = ports.openOutput('synth');
    keyboard.play([0x90, 60, 64]);
    output.send([0x90, 72, 64]);
    keyboard.unplug();
    synth.unplug();
    keyboard.play([0x80, 60, 64]);
    output.send([0x80, 72, 64]);
    expect(heard).toEqual([[[0x90, 60, 64], 2.5]]);
    expect(synth.received).toEqual([{ message: [0x90, 72, 64], time: 2.5 }]);
    expect(ports.list()).toEqual({ inputs: [], outputs: [] });
  });
});
