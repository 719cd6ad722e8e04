import { describe, expect, it } from 'vitest';
import { MemoryPorts } from './memory.js';
import { type Look, watchPorts } from './watch.js';

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
  it('tells what is there and what was there before', () => {
    const ports = new MemoryPorts(() => 0, false);
    const hand = byHand();
    const seen: unknown[] = [];
    const tell = (now: Look, before: Look) => {
      seen.push([now.ports, before.ports]);
      return false;
    };
    const stop = watchPorts(ports, tell, hand.repeat);
    const keyboard = ports.plugKeyboard('Keys');
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

  it('is quiet while nothing changes, where the system tells of connections', () => {
    const ports = new MemoryPorts(() => 0);
    const hand = byHand();
    let told = 0;
    watchPorts(
      ports,
      () => {
        told++;
        return false;
      },
      hand.repeat,
    );
    hand.look();
    ports.plugSynth('Synth');
    hand.look();
    hand.look();
    expect(told).toBe(1);
  });

  it('takes a system that fails for one without ports', () => {
    const ports = new MemoryPorts(() => 0, false);
    ports.plugKeyboard('Keys');
    const hand = byHand();
    const seen: unknown[] = [];
    const tell = (now: Look) => {
      seen.push(now.ports);
      return false;
    };
    watchPorts(ports, tell, hand.repeat);
    ports.list = () => {
      throw new Error('the sequencer is gone');
    };
    hand.look();
    expect(seen).toEqual([{ inputs: [], outputs: [] }]);
  });

  it('tells that a port was closed and opened again between two looks, where the system tells of connections', () => {
    const ports = new MemoryPorts(() => 0);
    const keyboard = ports.plugKeyboard('Keys');
    const input = ports.openInput('Keys', () => {});
    const hand = byHand();
    const peers: number[] = [];
    const tell = ({ connections }: Look) => {
      peers.push(connections!.peers(input.id!).length);
      return false;
    };
    watchPorts(ports, tell, hand.repeat);
    hand.look();
    keyboard.unplug();
    ports.plugKeyboard('Keys');
    hand.look();
    hand.look();
    expect(peers).toEqual([0]);
  });

  it('looks again, though nothing has changed, while something is left to do', () => {
    const ports = new MemoryPorts(() => 0);
    const hand = byHand();
    let left = 3;
    watchPorts(ports, () => --left > 0, hand.repeat);
    hand.look();
    expect(left).toBe(3);
    ports.plugSynth('Synth');
    for (let i = 0; i < 9; i++) hand.look();
    expect(left).toBe(0);
  });
});
