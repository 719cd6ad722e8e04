import { strict as assert } from 'node:assert';
import type { Seconds } from '../../music/units.js';
import type { MidiMessage, PortSystem } from '../port.js';

/** One thing that every system of ports must do. */
export interface PortCase {
  readonly title: string;
  /** `now` is the clock that the system was made with. */
  run(system: PortSystem, now: () => Seconds): Promise<void>;
}

interface Arrival {
  readonly message: MidiMessage;
  readonly time: Seconds;
}

/** A message of each kind and the ends of each range. */
const MESSAGES: MidiMessage[] = [
  [0x90, 60, 1],
  [0x80, 60, 64],
  [0x9f, 127, 127],
  [0x9f, 127, 0],
  [0xa1, 0, 5],
  [0xb2, 64, 127],
  [0xb2, 64, 0],
  [0xc3, 0],
  [0xd4, 127],
  [0xe5, 0, 64],
];

const MALFORMED: number[][] = [
  [],
  [60, 60, 60],
  [0x90, 60],
  [0x90, 60, 64, 0],
  [0x90, 128, 64],
  [0x90, 60, 128],
  [0x90, -1, 64],
  [0x90, 60.5, 64],
  [0x90, Number.NaN, 64],
  [0xc0, 1, 2],
  [0xf0, 1, 0xf7],
  [0xff],
];

/** The suite of every PortSystem; uses nothing of a test framework, so that it runs on a bare machine too. */
export const PORT_SUITE: readonly PortCase[] = [
  {
    title: 'shows a virtual port while it is open, and not after',
    async run(system) {
      const input = system.openVirtualInput('Suite A', () => {});
      const output = system.openVirtualOutput('Suite B');
      assert.equal(count(system.list().outputs, 'Suite A'), 1, 'others play to our virtual input');
      assert.equal(count(system.list().inputs, 'Suite B'), 1, 'others listen to our virtual output');
      input.close();
      output.close();
      assert.equal(count(system.list().outputs, 'Suite A'), 0);
      assert.equal(count(system.list().inputs, 'Suite B'), 0);
    },
  },
  {
    title: 'brings every kind of message whole, in order, with times on the clock',
    async run(system, now) {
      const arrivals = mailbox();
      const input = system.openVirtualInput('Suite A', arrivals.onMessage);
      const output = system.openOutput('Suite A');
      const before = now();
      for (const message of MESSAGES) output.send(message);
      await arrivals.have(MESSAGES.length);
      const after = now();
      assert.deepEqual(arrivals.messages(), MESSAGES);
      const times = [before, ...arrivals.all.map(({ time }) => time), after];
      for (let i = 1; i < times.length; i++) assert.ok(times[i]! >= times[i - 1]!, `times go back: ${times}`);
      input.close();
      output.close();
    },
  },
  {
    title: 'sends from a virtual output to whoever listens',
    async run(system) {
      const output = system.openVirtualOutput('Suite B');
      const arrivals = mailbox();
      const input = system.openInput('suite b', arrivals.onMessage);
      for (const message of MESSAGES) output.send(message);
      await arrivals.have(MESSAGES.length);
      assert.deepEqual(arrivals.messages(), MESSAGES);
      input.close();
      output.close();
    },
  },
  {
    title: 'refuses malformed messages, and sends nothing of them',
    async run(system) {
      const arrivals = mailbox();
      const input = system.openVirtualInput('Suite A', arrivals.onMessage);
      const output = system.openOutput('Suite A');
      for (const message of MALFORMED)
        coded('PORT_MESSAGE', () => output.send(message as unknown as MidiMessage));
      output.send([0x90, 61, 62]);
      await arrivals.have(1);
      assert.deepEqual(arrivals.messages(), [[0x90, 61, 62]]);
      input.close();
      output.close();
    },
  },
  {
    title: 'finds ports by name and by a unique part, and says what there is',
    async run(system) {
      const first = system.openVirtualInput('Suite Alpha', () => {});
      const second = system.openVirtualInput('Suite Alto', () => {});
      const full = system.list().outputs.find((name) => name.includes('Suite Alto'))!;
      for (const name of [full, 'Suite Alto', 'suite alt', 'ALTO']) {
        const port = system.openOutput(name);
        assert.equal(port.name, full);
        port.close();
      }
      const missing = coded('PORT_NOT_FOUND', () => system.openOutput('no such port'));
      assert.ok(missing.includes('Suite Alpha') && missing.includes('Suite Alto'), missing);
      const ambiguous = coded('PORT_AMBIGUOUS', () => system.openOutput('suite al'));
      assert.ok(ambiguous.includes('Suite Alpha') && ambiguous.includes('Suite Alto'), ambiguous);
      coded('PORT_NOT_FOUND', () => system.openInput('no such port', () => {}));
      coded('PORT_NOT_FOUND', () => system.openOutput(''));
      first.close();
      second.close();
    },
  },
  {
    title: 'tells two ports of one name apart',
    async run(system) {
      const [left, right] = [mailbox(), mailbox()];
      const ports = [left, right].map((box) => system.openVirtualInput('Suite Twin', box.onMessage));
      const names = system.list().outputs.filter((name) => name.includes('Suite Twin'));
      assert.equal(new Set(names).size, 2, `${names}`);
      const outputs = names.map((name) => system.openOutput(name));
      outputs[0]!.send([0x90, 1, 1]);
      outputs[1]!.send([0x90, 2, 2]);
      await left.have(1);
      await right.have(1);
      assert.deepEqual(
        [...left.messages(), ...right.messages()],
        [
          [0x90, 1, 1],
          [0x90, 2, 2],
        ],
      );
      for (const port of [...ports, ...outputs]) port.close();
    },
  },
  {
    title: 'outlives a port that vanishes: sends for nobody, closes twice',
    async run(system) {
      const input = system.openVirtualInput('Suite A', () => {});
      const output = system.openOutput('Suite A');
      const virtual = system.openVirtualOutput('Suite B');
      const listener = system.openInput('Suite B', () => {});
      input.close();
      virtual.close();
      output.send([0x90, 60, 64]);
      output.send([0x80, 60, 64]);
      for (const port of [output, listener, input, virtual]) port.close();
      for (const port of [output, listener, input, virtual]) port.close();
      output.send([0x90, 60, 64]);
      coded('PORT_MESSAGE', () => output.send([0x90, 60, 200]));
    },
  },
  {
    title:
      'says what is at the other end of a port, where it tells: nothing, once that was closed and opened again',
    async run(system) {
      const told = system.connections();
      const synth = system.openVirtualInput('Suite A', () => {});
      const output = system.openOutput('Suite A');
      const keyboard = system.openVirtualOutput('Suite B');
      const input = system.openInput('Suite B', () => {});
      const peers = () =>
        [synth, output, keyboard, input].map(({ id }) =>
          id === null ? null : system.connections()?.peers(id).length,
        );
      assert.deepEqual(peers(), Array(4).fill(told && 1));
      if (told) {
        assert.equal(system.connections(), system.connections(), 'nothing has changed');
        assert.ok(system.connections()!.loops(output.id!, synth.id!), 'we play to ourselves');
        assert.ok(!system.connections()!.loops(output.id!, input.id!));
      }
      synth.close();
      keyboard.close();
      const again = [system.openVirtualInput('Suite A', () => {}), system.openVirtualOutput('Suite B')];
      assert.deepEqual(peers(), Array(4).fill(told && 0));
      for (const port of [output, input, ...again]) port.close();
    },
  },
  {
    title: 'hears nothing after it was closed',
    async run(system) {
      const [closed, open] = [mailbox(), mailbox()];
      const output = system.openVirtualOutput('Suite B');
      const first = system.openInput('Suite B', closed.onMessage);
      const second = system.openInput('Suite B', open.onMessage);
      first.close();
      output.send([0x90, 60, 64]);
      await open.have(1);
      assert.equal(closed.all.length, 0);
      second.close();
      output.close();
    },
  },
  {
    title: 'lists, opens and closes as often as anybody likes',
    async run(system) {
      for (let i = 0; i < 70; i++) {
        const input = system.openVirtualInput('Suite A', () => {});
        system.openOutput('Suite A').close();
        coded('PORT_NOT_FOUND', () => system.openInput('no such port', () => {}));
        input.close();
      }
      assert.equal(count(system.list().outputs, 'Suite A'), 0);
    },
  },
];

/** What arrived, and a way to wait for it: a real port brings messages on another thread. */
function mailbox() {
  const all: Arrival[] = [];
  let woken = () => {};
  return {
    all,
    messages: () => all.map(({ message }) => message),
    onMessage(message: MidiMessage, time: Seconds) {
      all.push({ message, time });
      woken();
    },
    async have(length: number) {
      while (all.length < length)
        await new Promise<void>((resolve) => {
          woken = resolve;
        });
    },
  };
}

const count = (names: readonly string[], part: string) => names.filter((name) => name.includes(part)).length;

/** Asserts that `act` throws a coded error and gives its message. */
function coded(code: string, act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.equal((error as { code?: string }).code, code, String(error));
    return (error as Error).message;
  }
  assert.fail(`nothing was thrown; expected ${code}`);
}
