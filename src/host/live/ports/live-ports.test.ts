import { describe, expect, it } from 'vitest';
import { MemoryPorts } from '../../../midi/memory.js';
import { PortOutput } from '../engine/worker-output.js';
import { HeldKeys } from './held-keys.js';
import { LivePorts } from './live-ports.js';

/**
 * The ports of a session with a worker played by the test; `look` does what the timer does, and waits for the worker. `heard`:
 * events and notices.
 */
function session({ tells = true } = {}) {
  const system = new MemoryPorts(() => 0, tells);
  const heard: string[] = [];
  const output = new PortOutput(0, () => {
    heard.push('failed');
    ports.outputFailed();
  });
  let look = () => {};
  const use = (name: string | null) => {
    output.use(name === null ? null : system.openOutput(name));
    ports.outputIs(output.name, output.id);
  };
  const ports: LivePorts = LivePorts.over(
    system,
    () => 0,
    {
      held: new HeldKeys((event) =>
        heard.push(`${event.type} ${event.type === 'pedal' ? event.down : event.pitch}`),
      ),
      moved: () => {},
      notice: (code, message) => heard.push(`${code} ${message.split('"')[1]}`),
      meter: () => 4,
      clock: () => {},
      takeUp: async (name) => {
        output.lose();
        use(name);
      },
      disconnect: async () => use(null),
      taken: () => {},
    },
    {
      repeat(given) {
        look = given;
        return () => {
          look = () => {};
        };
      },
    },
  );
  const settle = async () => {
    look();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { system, ports, output, use, heard, look: settle };
}

describe.each([{ tells: true }, { tells: false }])(
  'ports that go and come, connections told: $tells',
  (how) => {
    it('a keyboard that is unplugged lets go of its keys, and is heard again when it is back', async () => {
      const { system, ports, heard, look } = session(how);
      const keys = system.plugKeyboard('Keys 128:0');
      await look();
      ports.connectInput('keys');
      keys.play([0x90, 60, 80]);
      keys.unplug();
      await look();
      expect(ports.input).toBeNull();
      await look();
      const back = system.plugKeyboard('Keys 131:0');
      await look();
      await look();
      back.play([0x90, 62, 80]);
      expect(heard).toEqual([
        'noteOn 60',
        'noteOff 60',
        'PORT_LOST Keys 128:0',
        'PORT_BACK Keys 131:0',
        'noteOn 62',
      ]);
      expect(ports.input).toBe('Keys 131:0');
    });

    it('a synth that is unplugged is played to again when it is back, and told to be silent first', async () => {
      const { system, use, output, heard, look } = session(how);
      const synth = system.plugSynth('Synth');
      await look();
      use('Synth');
      output.noteOn(60, 80);
      synth.unplug();
      await look();
      output.noteOn(64, 80);
      const back = system.plugSynth('Synth');
      await look();
      await look();
      output.noteOn(67, 80);
      expect(heard).toEqual(['PORT_LOST Synth', 'PORT_BACK Synth']);
      expect(back.received.map(({ message }) => message)).toEqual([
        [0x80, 60, 64],
        ...[64, 123, 120].map((controller) => [0xb0, controller, 0]),
        [0x90, 67, 80],
      ]);
    });

    it('a synth that another engine could not open is taken up when it can be, with or without a sign of the system', async () => {
      const { system, ports, use, output, heard, look } = session(how);
      const synth = system.plugSynth('Synth');
      await look();
      // The previous engine had it, and released it.
      use('Synth');
      use(null);
      await look();
      ports.outputMissing('Synth');
      const open = system.openOutput.bind(system);
      const { ContinuoError } = await import('../../../errors.js');
      system.openOutput = () => {
        throw new ContinuoError('PORT_OPEN', 'busy');
      };
      await look();
      await look();
      expect(output.name).toBeNull();
      system.openOutput = open;
      await look();
      expect([output.name, heard]).toEqual(['Synth', ['PORT_LOST Synth', 'PORT_BACK Synth']]);
      output.noteOn(60, 80);
      expect(synth.received.at(-1)!.message).toEqual([0x90, 60, 80]);
    });

    it('an output that the worker closes for another one is not lost', async () => {
      const { system, ports, output, use, heard, look } = session(how);
      const synth = system.plugSynth('Synth');
      system.plugSynth('Other');
      await look();
      use('Synth');
      let answer = (_: string | null) => {};
      const connected = ports.connectOutput('Other', () => new Promise((resolve) => (answer = resolve)));
      await Promise.resolve();
      // The worker has the other output but has not reported it yet; then the first is unplugged.
      output.use(system.openOutput('Other'));
      synth.unplug();
      await look();
      answer('Other');
      ports.outputIs(output.name, output.id);
      await connected;
      await look();
      expect([heard, output.name]).toEqual([[], 'Other']);
    });

    it('a port that was lost is not taken up once another, or none, is chosen', async () => {
      const { system, ports, heard, look } = session(how);
      const keys = system.plugKeyboard('Keys');
      await look();
      ports.connectInput('Keys');
      keys.unplug();
      await look();
      ports.connectInput(null);
      system.plugKeyboard('Keys');
      await look();
      expect([ports.input, heard]).toEqual([null, ['PORT_LOST Keys']]);
    });

    it('another device of the same name, which was there all the time, is not taken for the one that went', async () => {
      const { system, ports, heard, look } = session(how);
      const mine = system.plugKeyboard('Keys 20:0');
      system.plugKeyboard('Keys 24:0');
      await look();
      ports.connectInput('Keys 20:0');
      mine.unplug();
      await look();
      await look();
      expect(ports.input).toBeNull();
      system.plugKeyboard('Keys 28:0');
      await look();
      expect(heard).toEqual(['PORT_LOST Keys 20:0', 'PORT_BACK Keys 28:0']);
    });
  },
);

describe('where the system tells how ports are connected', () => {
  it('a keyboard that was closed and opened again between two looks is heard again', async () => {
    const { system, ports, heard, look } = session();
    const keys = system.plugKeyboard('Keys');
    await look();
    ports.connectInput('Keys');
    keys.play([0x90, 60, 80]);
    keys.unplug();
    const again = system.plugKeyboard('Keys');
    await look();
    again.play([0x90, 62, 80]);
    expect(heard).toEqual(['noteOn 60', 'noteOff 60', 'PORT_LOST Keys', 'PORT_BACK Keys', 'noteOn 62']);
  });

  it('so is a synth', async () => {
    const { system, use, output, heard, look } = session();
    const synth = system.plugSynth('Synth');
    await look();
    use('Synth');
    output.noteOn(60, 80);
    synth.unplug();
    const again = system.plugSynth('Synth');
    await look();
    expect(again.received[0]!.message).toEqual([0x80, 60, 64]);
    expect(heard).toEqual(['PORT_LOST Synth', 'PORT_BACK Synth']);
  });

  it('a program that leaves a port of our own with a key down lets go of it', async () => {
    const { system, ports, heard, look } = session();
    ports.connectInput('virtual');
    const one = system.openOutput('Continuo');
    const other = system.openOutput('Continuo');
    await look();
    one.send([0x90, 60, 80]);
    one.close();
    await look();
    other.close();
    await look();
    expect(heard).toEqual(['noteOn 60', 'noteOff 60', 'PORT_LOST Continuo (virtual)']);
    expect(ports.input).toBe('Continuo (virtual)');
  });

  it('a port that cannot be opened yet is tried again', async () => {
    const { system, ports, heard, look } = session();
    const keys = system.plugKeyboard('Keys');
    await look();
    ports.connectInput('Keys');
    keys.unplug();
    await look();
    const open = system.openInput.bind(system);
    const { ContinuoError } = await import('../../../errors.js');
    system.openInput = () => {
      throw new ContinuoError('PORT_OPEN', 'busy');
    };
    system.plugKeyboard('Keys');
    await look();
    expect(ports.input).toBeNull();
    system.openInput = open;
    await look();
    expect([ports.input, heard.at(-1)]).toEqual(['Keys', 'PORT_BACK Keys']);
  });

  it('an output that plays into the input is said to be a loop, and its echo is not heard', async () => {
    const { system, ports, use, output, heard } = session();
    ports.connectInput('virtual');
    use('Continuo');
    ports.sent.add([0x90, 60, 80], 0);
    output.noteOn(60, 80);
    output.noteOff(60);
    system.openOutput('Continuo').send([0x90, 62, 80]);
    expect(heard).toEqual(['PORT_LOOP Continuo (virtual)', 'noteOn 62']);
  });
});

describe('ports of a session that was open in another process', () => {
  it('are known by their names, whatever number those have now', () => {
    const { system, ports } = session();
    system.plugKeyboard('Keys 131:0');
    system.plugSynth('Synth 132:0');
    system.plugSynth('Synth 140:0');
    expect(ports.knownAs('input', 'Keys 128:0')).toBe('Keys 131:0');
    expect(ports.knownAs('output', 'Synth 140:0')).toBe('Synth 140:0');
    expect(ports.knownAs('output', 'Synth 128:0')).toBe('Synth 132:0');
    expect(ports.knownAs('input', 'Synth 132:0')).toBeNull();
    expect(ports.knownAs('input', 'virtual')).toBe('Continuo (virtual)');
  });

  it('are waited for where they are not there, said to be so, and connected when they come', async () => {
    const { system, ports, output, heard, look } = session();
    await look();
    ports.await('input', 'Keys 128:0');
    ports.await('output', 'Synth 129:0');
    expect(ports.describe(output.name)).toMatchObject({
      ...{ input: null, output: null },
      waits: { input: 'Keys 128:0', output: 'Synth 129:0' },
    });
    expect(ports.wanted).toEqual({ input: 'Keys 128:0', output: 'Synth 129:0' });
    system.plugKeyboard('Other 128:0');
    await look();
    expect(ports.input).toBeNull();
    const keys = system.plugKeyboard('Keys 131:0');
    await look();
    expect(ports.describe(output.name)).toMatchObject({
      ...{ input: 'Keys 131:0', output: null },
      waits: { output: 'Synth 129:0' },
    });
    const synth = system.plugSynth('Synth 132:0');
    await look();
    await look();
    expect(ports.describe(output.name)).toMatchObject({ input: 'Keys 131:0', output: 'Synth 132:0' });
    expect(ports.describe(output.name)).not.toHaveProperty('waits');
    keys.play([0x90, 60, 80]);
    output.noteOn(64, 70);
    expect(synth.received.map(({ message }) => [...message])).toContainEqual([0x90, 64, 70]);
    expect(heard).toEqual([
      ...['PORT_LOST Keys 128:0', 'PORT_LOST Synth 129:0'],
      ...['PORT_BACK Keys 131:0', 'PORT_BACK Synth 132:0', 'noteOn 60'],
    ]);
  });

  it('are waited for no longer once another is chosen, or none', async () => {
    const { system, ports, use, output, look } = session();
    ports.await('input', 'Keys');
    ports.await('output', 'Synth');
    ports.connectInput(null);
    ports.forgetOutput();
    use(null);
    expect(ports.describe(output.name)).not.toHaveProperty('waits');
    system.plugKeyboard('Keys');
    system.plugSynth('Synth');
    await look();
    expect(ports.describe(output.name)).toMatchObject({ input: null, output: null });
  });
});

it('what is lost by an input that nobody read is said, and no key stays down for it', async () => {
  const { system, ports, heard, look } = session();
  const keys = system.plugKeyboard('Keys');
  system.lose('Keys', 1000);
  await look();
  ports.connectInput('keys');
  system.lose('Keys', 7);
  keys.play([0x90, 60, 80]);
  await look();
  expect(heard).toEqual(['noteOn 60', 'noteOff 60', 'PORT_OVERRUN Keys']);
  // It was read before the loss and arrives late; later losses are reported once they stop.
  keys.play([0x90, 62, 80]);
  system.lose('Keys', 5);
  await look();
  keys.play([0x90, 64, 80]);
  await look();
  keys.play([0x90, 65, 80]);
  await look();
  await look();
  expect(heard.slice(3)).toEqual([
    'noteOn 62',
    'noteOff 62',
    'noteOn 64',
    'noteOff 64',
    'PORT_OVERRUN Keys',
    'noteOn 65',
  ]);
});
