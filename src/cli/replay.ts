import { defineCommand } from 'citty';
import { assemble } from '../host/assemble.js';
import { type PlayedAgain, playAgain } from '../host/play-again.js';
import { readTake } from '../host/read-take.js';
import { writeMidi } from '../music/midi/index.js';
import { reportStream, requireOutput, writeOutput } from './files.js';
import { printable } from './printable.js';

export default defineCommand({
  meta: {
    name: 'replay',
    description: 'Play a recorded take again, token for token, and check that nothing differs.',
  },
  args: {
    take: { type: 'positional', description: "A take's folder", valueHint: 'FOLDER', required: true },
    out: {
      type: 'string',
      alias: ['o', 'output'],
      description: 'Write what is played; - is standard output',
      valueHint: 'OUT.mid',
    },
    json: { type: 'boolean', default: false, description: 'Say the outcome as one JSON object' },
  },
  async run({ args }) {
    if (args.out !== undefined) await requireOutput(args.out, { binary: true });
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
    } finally {
      ensemble.engine.dispose();
    }
  },
});

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
