import { describe, expect, it } from 'vitest';
import type { PortSystem } from '../../../midi/index.js';
import { MemoryPorts } from '../../../midi/memory.js';
import { PortOutput } from '../engine/worker-output.js';
import { HeldKeys } from './held-keys.js';
import { LivePorts } from './live-ports.js';
import { VIRTUAL_PORT } from './port-choice.js';
import { SharedPorts } from './shared-ports.js';

/** A system of ports whose messages are stamped by another clock: that of a session. */
function onClock(system: MemoryPorts, now: () => number): PortSystem {
  return {
    list: () => system.list(),
    connections: () => system.connections(),
    openInput: (name, onMessage, onRealTime) =>
      system.openInput(name, (message) => onMessage(message, now()), onRealTime),
    openOutput: (name) => system.openOutput(name),
    openVirtualInput: (name, onMessage, onRealTime) =>
      system.openVirtualInput(name, (message) => onMessage(message, now()), onRealTime),
    openVirtualOutput: (name) => system.openVirtualOutput(name),
  };
}

/** Two sessions of a host, on clocks that begin ten seconds apart; `time` is the first one's. */
function twoSessions({ tells = true } = {}) {
  const world = { time: 0 };
  const system = new MemoryPorts(() => world.time, tells);
  const shared = new SharedPorts();
  const open = (title: string, zero: number) => {
    const heard: string[] = [];
    const now = () => world.time - zero;
    const output = new PortOutput(0, () => {});
    let look = () => {};
    let taken = 0;
    const use = (name: string | null) => {
      output.use(name === null ? null : system.openOutput(name));
      ports.outputIs(output.name, output.id);
    };
    const ports: LivePorts = LivePorts.over(
      onClock(system, now),
      now,
      {
        held: new HeldKeys((event) =>
          heard.push(`${event.type} ${event.type === 'pedal' ? event.down : event.pitch}`),
        ),
        moved: () => {},
        notice: (code) => heard.push(code),
        meter: () => 4,
        clock: () => {},
        takeUp: async (name) => use(name),
        disconnect: async () => use(null),
        taken: () => taken++,
      },
      {
        share: { ports: shared, zero },
        repeat(given) {
          look = given;
          return () => {};
        },
      },
    );
    ports.titled(title);
    const connect = async (which: 'input' | 'output', name: string | null) => {
      const port = await ports.choose(which, name);
      if (which === 'input') ports.connectInput(port);
      else use(port);
    };
    return { ports, connect, output, heard, now, look: () => look(), taken: () => taken };
  };
  return { world, system, first: open('Session 1', 0), second: open('Session 2', 10) };
}

describe.each([{ tells: true }, { tells: false }])(
  'ports of two sessions, connections told: $tells',
  (how) => {
    it('are those of the session that chose them last; the other one lets go of its keys, and is told', async () => {
      const { system, first, second } = twoSessions(how);
      const keys = system.plugKeyboard('Keys 128:0');
      await first.connect('input', 'keys');
      keys.play([0x90, 60, 80]);
      await second.connect('input', 'Keys 128:0');
      expect(first.heard).toEqual(['noteOn 60', 'noteOff 60', 'PORT_MOVED']);
      keys.play([0x90, 62, 80]);
      expect([first.ports.input, second.ports.input]).toEqual([null, 'Keys 128:0']);
      expect([first.heard.length, second.heard]).toEqual([3, ['noteOn 62']]);
      expect([first.taken(), second.taken()]).toEqual([1, 0]);
      expect(first.ports.describe(null).taken).toEqual({
        inputs: { 'Keys 128:0': 'Session 2' },
        outputs: {},
      });
      await second.connect('input', null);
      expect(first.ports.describe(null).taken).toBeUndefined();
    });

    it('to which one plays go silent before another one plays to them', async () => {
      const { system, first, second } = twoSessions(how);
      const { received } = system.plugSynth('Synth 129:0');
      await first.connect('output', 'Synth 129:0');
      first.output.noteOn(60, 80);
      await second.connect('output', 'Synth 129:0');
      expect(first.output.name).toBeNull();
      const before = received.length;
      second.output.noteOn(64, 70);
      // The first one ended its note when it let go; since then it has sent nothing.
      expect(received.slice(0, before).map(({ message }) => message)).toContainEqual([0x80, 60, 64]);
      expect(received.slice(before).map(({ message }) => message)).toEqual([[0x90, 64, 70]]);
    });

    it('are left to who has them where there is no such port, or a choice to make', async () => {
      const { system, first, second } = twoSessions(how);
      system.plugKeyboard('Keys A');
      system.plugKeyboard('Keys B');
      await first.connect('input', 'Keys A');
      await expect(second.connect('input', 'Keys')).rejects.toMatchObject({ code: 'PORT_AMBIGUOUS' });
      await expect(second.connect('input', 'Organ')).rejects.toMatchObject({ code: 'PORT_NOT_FOUND' });
      expect([first.ports.input, first.heard]).toEqual(['Keys A', []]);
    });

    it('stay lost to the session that waits for one where another has chosen it since', async () => {
      const { system, first, second } = twoSessions(how);
      const keys = system.plugKeyboard('Keys 128:0');
      first.look();
      await first.connect('input', 'Keys 128:0');
      keys.unplug();
      first.look();
      system.plugKeyboard('Keys 128:0');
      await second.connect('input', 'Keys 128:0');
      first.look();
      first.look();
      expect([first.ports.input, second.ports.input]).toEqual([null, 'Keys 128:0']);
      expect(first.heard).toEqual(['PORT_LOST', 'PORT_MOVED']);
    });

    it('of our own are those of each session', async () => {
      const { first, second } = twoSessions(how);
      await first.connect('input', 'virtual');
      await second.connect('input', 'virtual');
      expect([first.ports.input, second.ports.input]).toEqual([VIRTUAL_PORT, VIRTUAL_PORT]);
      expect(second.ports.describe(null).taken).toBeUndefined();
    });
  },
);

describe('what one session sends', () => {
  /** The first session's model plays; each note comes in by the second one's keyboard 5 ms later, as by a cable. */
  async function cabled(notes: number) {
    const two = twoSessions({ tells: false });
    const { system, world, first, second } = two;
    system.plugSynth('Synth');
    const keys = system.plugKeyboard('Keys');
    world.time = 20;
    await first.connect('output', 'Synth');
    await second.connect('input', 'Keys');
    const comeBack = (message: [number, number, number]) => {
      first.ports.sent.add(message, first.now());
      world.time += 0.005;
      keys.play(message);
    };
    for (let i = 0; i < notes; i++) {
      world.time += 0.2;
      comeBack([0x90, 60 + (i % 12), 50 + i]);
      world.time += 0.1;
      comeBack([0x80, 60 + (i % 12), 64]);
    }
    return { ...two, keys };
  }

  it('does not play another: its echo is found after three notes, and no key stays down', async () => {
    const { second, keys, world } = await cabled(20);
    expect(second.heard.filter((what) => what.startsWith('noteOn'))).toHaveLength(2);
    expect(second.heard.filter((what) => what.startsWith('noteOff'))).toHaveLength(2);
    expect(second.heard.filter((what) => what === 'PORT_LOOP')).toHaveLength(1);
    world.time += 0.1;
    keys.play([0x90, 96, 99]);
    expect(second.heard.at(-1)).toBe('noteOn 96');
  });

  it('is dropped from the first note on where the system shows the connection', async () => {
    const { world, first, second } = twoSessions();
    world.time = 20;
    await second.connect('input', 'virtual');
    await first.connect('output', 'Continuo');
    second.look();
    expect(second.heard).toEqual(['PORT_LOOP']);
    first.ports.sent.add([0x90, 60, 80], first.now());
    first.output.noteOn(60, 80);
    expect(second.heard).toEqual(['PORT_LOOP']);
  });

  it('takes no note from a player who strikes the same key as loudly by chance', async () => {
    const { second } = await cabled(1);
    expect(second.heard).toEqual(['noteOn 60', 'noteOff 60']);
  });
});
