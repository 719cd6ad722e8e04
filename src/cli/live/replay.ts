import { defineCommand } from 'citty';
import { monotonic } from '../../host/live/clock.js';
import { isVirtual, OWN_NAME } from '../../host/live/ports/ports.js';
import { soundNotes } from '../../host/live/ports/sound-notes.js';
import { assemble } from '../../host/models/assemble.js';
import { type PlayedAgain, playAgain } from '../../host/takes/play-again.js';
import { readTake } from '../../host/takes/read-take.js';
import { type OutputPort, openSystemPorts } from '../../midi/index.js';
import { writeMidi } from '../../music/midi/index.js';
import { reportStream, requireOutput, writeOutput } from '../files.js';
import { integerOption } from '../options.js';
import { printable } from '../printable.js';
import { closeOnSignal } from '../shutdown.js';

export default defineCommand({
  meta: {
    name: 'replay',
    description:
      'Play a recorded take again, token for token, and check that nothing differs; with --play, hear it.',
  },
  args: {
    take: { type: 'positional', description: "A take's folder", valueHint: 'FOLDER', required: true },
    out: {
      type: 'string',
      alias: ['o', 'output'],
      description: 'Write what is played; - is standard output',
      valueHint: 'OUT.mid',
    },
    play: {
      type: 'string',
      description: 'Sound it: a MIDI output, a part of its name, or virtual',
      valueHint: 'PORT',
    },
    channel: { type: 'string', default: '1', description: 'MIDI channel of --play', valueHint: '1-16' },
    json: { type: 'boolean', default: false, description: 'Say the outcome as one JSON object' },
  },
  async run({ args }) {
    if (args.out !== undefined) await requireOutput(args.out, { binary: true });
    const channel = integerOption('channel', args.channel, 1, 16) - 1;
    // A missing port is reported before the work.
    const port = args.play === undefined ? undefined : await openOutput(args.play);
    const take = await readTake(args.take);
    const ensemble = await assemble(take.header.setup);
    try {
      const { player, pedal, model, differsAt, ...found } = playAgain(take, ensemble);
      if (args.out !== undefined) {
        await writeOutput(
          args.out,
          writeMidi([
            { name: 'player', channel: 0, events: player, pedal },
            { name: 'model', channel: 1, events: model },
          ]),
        );
      }
      const outcome = { ...found, playerNotes: player.length, modelNotes: model.length };
      reportStream(args.out).write(`${args.json ? JSON.stringify(outcome) : inWords(outcome)}\n`);
      if (differsAt !== null) process.stderr.write(`It differs from ${differsAt} on.\n`);
      const { pluginVersion, setup } = take.header;
      if (!outcome.same && pluginVersion !== ensemble.descriptor.version)
        process.stderr.write(
          `It was played with version ${printable(pluginVersion)} of the plugin ${setup.plugin}; here is ${ensemble.descriptor.version}.\n`,
        );
      if (!outcome.same) process.exitCode = 1;
      if (port)
        await sound(port, channel, { player: { notes: player, pedal }, model: { notes: model, pedal: [] } });
    } finally {
      port?.close();
      ensemble.engine.dispose();
    }
  },
});

/** Opens an output by name, or a virtual one for others to connect to. Throws what {@link PortSystem} throws. */
async function openOutput(name: string): Promise<OutputPort> {
  const system = await openSystemPorts(monotonic);
  return isVirtual(name) ? system.openVirtualOutput(OWN_NAME) : system.openOutput(name);
}

async function sound(
  port: OutputPort,
  channel: number,
  voices: Parameters<typeof soundNotes>[1],
): Promise<void> {
  process.stderr.write(`Playing it on ${port.name}; Ctrl-C stops.\n`);
  const stop = new AbortController();
  const playing = soundNotes(port, voices, { channel, signal: stop.signal });
  closeOnSignal(async () => {
    stop.abort();
    await playing;
  });
  await playing;
  // The signal's handler ends the program.
  if (stop.signal.aborted) await new Promise<never>(() => {});
}

interface Outcome extends Pick<PlayedAgain, 'same' | 'cutOff' | 'tokens' | 'gap'> {
  readonly playerNotes: number;
  readonly modelNotes: number;
}

function inWords({ same, cutOff, tokens, playerNotes, modelNotes, gap }: Outcome): string {
  const cut = gap
    ? ` (up to ${gap.from.toFixed(1)} s: after that ${gap.lost} records could not be written)`
    : cutOff
      ? ' (cut off: the take has no end, and this is all that it has)'
      : '';
  return `${same ? 'The same' : 'Not the same'}: ${tokens} tokens, ${playerNotes} notes of the player, ${modelNotes} of the model${cut}`;
}
