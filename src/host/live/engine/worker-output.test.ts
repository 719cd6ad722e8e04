import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryPorts } from '../../../midi/memory.js';
import { NoteLedger } from '../../../session/ledger.js';
import { SentLog } from '../ports/sent-log.js';
import { PortOutput } from './worker-output.js';

describe('the output of a session', () => {
  it('plays on its channel, and percussion on channel 10 of the same port', () => {
    const ports = new MemoryPorts(() => 0);
    const synth = ports.plugSynth('Synth');
    const output = new PortOutput(2, () => {});
    output.percussion.noteOn(76, 100);
    output.use(ports.openOutput('Synth'));
    output.noteOn(60, 80);
    output.percussion.noteOn(76, 112);
    output.percussion.noteOff(76);
    output.noteOff(60);
    expect(synth.received.map(({ message }) => message)).toEqual([
      [0x92, 60, 80],
      [0x99, 76, 112],
      [0x89, 76, 64],
      [0x82, 60, 64],
    ]);
  });

  it("plays a plugin's voices on their channels, with their programs, and ends each note where it sounds", () => {
    const ports = new MemoryPorts(() => 0);
    const synth = ports.plugSynth('Synth');
    const voices = [
      { id: 'flute', name: 'Flute', channel: 3, program: 74 },
      { id: 'bass', name: 'Bass', channel: 4, program: 33 },
    ];
    const output = new PortOutput(0, () => {}, undefined, [voices]);
    const ledger = new NoteLedger(output);
    output.use(ports.openOutput('Synth'));
    ledger.on('model', 40, 80, 'bass');
    ledger.on('model', 72, 70);
    ledger.on('player', 60, 90);
    ledger.off('model', 40, 'bass');
    ledger.silence();
    expect(synth.received.map(({ message }) => [...message])).toEqual([
      ...[
        [0xc2, 73],
        [0xc3, 32],
      ],
      ...[
        [0x93, 40, 80],
        [0x92, 72, 70],
        [0x90, 60, 90],
        [0x83, 40, 64],
      ],
      ...[
        [0x82, 72, 64],
        [0x80, 60, 64],
      ],
      ...[0, 2, 3].flatMap((channel) => [64, 123, 120].map((controller) => [0xb0 | channel, controller, 0])),
    ]);
  });

  it("says which strokes are a player's, sent on", () => {
    const sent = new SentLog();
    const output = new PortOutput(
      0,
      () => {},
      (message, sentOn) => sent.add(message, 1, sentOn),
    );
    output.use(new MemoryPorts(() => 0).openVirtualOutput('Out'));
    const ledger = new NoteLedger(output);
    ledger.on('player', 60, 80);
    ledger.on('model', 60, 90);
    ledger.on('player', 62, 80);
    ledger.off('player', 62);
    const ons = [...sent.since(0)].reverse().filter(({ packed }) => packed >> 20 === 0x9);
    expect(ons.map(({ packed, sentOn }) => [packed, sentOn])).toEqual([
      [0x903c50, true],
      [0x903c5a, false],
      [0x903e50, true],
    ]);
  });

  it('lets go of a port that fails, and says so once', () => {
    const failures: string[] = [];
    const output = new PortOutput(0, (port) => failures.push(port));
    const send = () => {
      throw new Error('gone');
    };
    output.use({ name: 'Synth', id: null, send, close: () => {} });
    output.percussion.noteOn(76, 100);
    output.noteOn(60, 80);
    expect([failures, output.name]).toEqual([['Synth'], null]);
  });

  it('sends on what a player moves, on its channel, and puts it back in silence', () => {
    const ports = new MemoryPorts(() => 0);
    const synth = ports.plugSynth('Synth');
    const output = new PortOutput(2, () => {});
    output.move([0xb0, 1, 9]);
    output.use(ports.openOutput('Synth'));
    output.pedal(false);
    output.pedal(true);
    output.pedal(true);
    output.move([0xe5, 0, 70]);
    output.move([0xc5, 7]);
    output.silence();
    output.silence();
    expect(synth.received.map(({ message }) => message)).toEqual([
      [0xb2, 64, 127],
      [0xe2, 0, 70],
      [0xc2, 7],
      [0xb2, 64, 0],
      [0xe2, 0, 64],
      ...[64, 123, 120, 64, 123, 120].map((controller) => [0xb2, controller, 0]),
    ]);
  });

  it('takes a channel mode message for the end of what was moved, not for an end of all sound', () => {
    const ports = new MemoryPorts(() => 0);
    const synth = ports.plugSynth('Synth');
    const output = new PortOutput(0, () => {});
    output.use(ports.openOutput('Synth'));
    output.move([0xb0, 1, 9]);
    for (const controller of [120, 121, 123]) output.move([0xb0, controller, 0]);
    expect(synth.received.map(({ message }) => message)).toEqual([
      [0xb0, 1, 9],
      [0xb0, 1, 0],
    ]);
  });

  it('ends on a port that comes back what it held when it went, first of all', () => {
    const ports = new MemoryPorts(() => 0);
    const before = ports.plugSynth('Synth');
    const output = new PortOutput(2, () => {});
    output.use(ports.openOutput('Synth'));
    output.noteOn(60, 80);
    output.noteOn(64, 80);
    output.noteOff(64);
    output.percussion.noteOn(76, 80);
    output.move([0xe0, 0, 80]);
    before.unplug();
    output.lose();
    output.noteOff(60);
    output.noteOn(67, 80);
    output.silence();
    const after = ports.plugSynth('Synth');
    output.use(ports.openOutput('Synth'));
    output.noteOn(67, 81);
    expect(after.received.map(({ message }) => message)).toEqual([
      [0x82, 60, 64],
      [0x89, 76, 64],
      [0xe2, 0, 64],
      ...[64, 123, 120].map((controller) => [0xb2, controller, 0]),
      [0x92, 67, 81],
    ]);
  });

  it('whatever is sent on and however often the port is lost, a receiver that was silenced holds nothing', () => {
    const doing = fc.oneof(
      fc.tuple(fc.constantFrom('on', 'off', 'click'), fc.integer({ min: 60, max: 62 })),
      fc.tuple(fc.constantFrom('pedal', 'bend', 'press'), fc.integer({ min: 0, max: 127 })),
      fc.tuple(fc.constantFrom('lose', 'again', 'use', 'silence'), fc.constant(0)),
    );
    fc.assert(
      fc.property(fc.array(doing), (doings) => {
        const ports = new MemoryPorts(() => 0);
        const synth = ports.plugSynth('Synth');
        const output = new PortOutput(0, () => {});
        const acts: Record<string, (value: number) => void> = {
          on: (pitch) => output.noteOn(pitch, 80),
          off: (pitch) => output.noteOff(pitch),
          click: (pitch) => output.percussion.noteOn(pitch, 80),
          pedal: (value) => output.move([0xb3, 64, value]),
          bend: (value) => output.move([0xe3, 0, value]),
          press: (value) => output.move([0xa3, 60, value]),
          lose: () => output.lose(),
          again: () => output.use(ports.openOutput('Synth')),
          use: () => output.use(null),
          silence: () => output.silence(),
        };
        for (const [what, value] of doings) acts[what]!(value);
        output.use(ports.openOutput('Synth'));
        output.silence();
        const holds = new Map<string, number>();
        for (const { message } of synth.received) {
          const [status, data1, data2 = 0] = message;
          const kind = status & 0xf0;
          if (kind === 0x90) holds.set(`${status & 15} ${data1}`, 1);
          else if (kind === 0x80) holds.delete(`${status & 15} ${data1}`);
          else if (data2 === (kind === 0xe0 ? 64 : 0)) holds.delete(`${status} ${kind === 0xe0 ? 0 : data1}`);
          else holds.set(`${status} ${data1}`, data2);
        }
        expect([...holds]).toEqual([]);
      }),
    );
  });
});
