import { describe, expect, it } from 'vitest';
import { MemoryPorts } from './memory.js';
import { watchPorts } from './watch.js';

/** Looks when told to. */
const byHand = () => {
  let look = () => {};
  return {
    look: () => look(),
    repeat: (given: () => void) => {
      look = given;
      return () => {
        look = () => {};
      };
    },
  };
};

describe('watchPorts', () => {
  it('tells what is there when that changes, and only then', () => {
    const ports = new MemoryPorts(() => 0);
    const hand = byHand();
    const seen: unknown[] = [];
    const stop = watchPorts(ports, (now, before) => seen.push([now, before]), hand.repeat);
    hand.look();
    const keyboard = ports.plugKeyboard('Keys');
    hand.look();
    hand.look();
    keyboard.unplug();
    hand.look();
    stop();
    ports.plugSynth('Synth');
    hand.look();
    const none = { inputs: [], outputs: [] };
    const keys = { inputs: ['Keys'], outputs: [] };
    expect(seen).toEqual([
      [keys, none],
      [none, keys],
    ]);
  });

  it('takes a system that fails for one without ports', () => {
    const ports = new MemoryPorts(() => 0);
    ports.plugKeyboard('Keys');
    const hand = byHand();
    const seen: unknown[] = [];
    watchPorts(ports, (now) => seen.push(now), hand.repeat);
    ports.list = () => {
      throw new Error('the sequencer is gone');
    };
    hand.look();
    expect(seen).toEqual([{ inputs: [], outputs: [] }]);
  });
});
