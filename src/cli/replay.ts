import { defineCommand } from 'citty';
import { ContinuoError } from '../errors.js';
import { assemble } from '../host/assemble.js';
import { readTake } from '../host/read-take.js';
import { writeMidi } from '../music/midi/index.js';
import type { Seconds } from '../music/units.js';
import { Notebook } from '../session/notebook.js';
import { replayTake } from '../session/replay.js';
import { firstLoss, survivingTokens } from '../session/take.js';
import { reportStream, requireOutput, writeOutput } from './files.js';

export default defineCommand({
  meta: {
    name: 'replay',
    description: 'Play a recorded take again, token for token, and check that nothing differs.',
  },
  args: {
    take: { type: 'positional', description: "A take's folder", valueHint: 'FOLDER', required: true },
    output: {
      type: 'string',
      alias: 'o',
      description: 'Write what is played; - is standard output',
      valueHint: 'OUT.mid',
    },
    json: { type: 'boolean', default: false, description: 'Say the outcome as one JSON object' },
  },
  async run({ args }) {
    if (args.output !== undefined) await requireOutput(args.output, { binary: true });
    const { header, records, where } = await readTake(args.take);
    const ensemble = await assemble(header.setup);
    try {
      if (ensemble.modelHash !== header.modelHash) {
        throw new ContinuoError(
          'MODEL_MISMATCH',
          `The take was played with weights ${header.modelHash}; ${header.setup.model} has ${ensemble.modelHash}.`,
          'Replaying needs the very model of the take.',
        );
      }
      const replay = replayTake(records, {
        ...ensemble,
        pluginParams: ensemble.descriptor.params,
        mode: header.mode,
        time: header.time,
        marks: header.version > 1,
        where,
      });
      const { same, cutOff, differsAt, end } = replay;
      const notebook = new Notebook();
      for (const event of replay.events) notebook.add(event);
      const [player, model] = [notebook.notes('player', end), notebook.notes('model', end)];
      if (args.output !== undefined) {
        await writeOutput(
          args.output,
          writeMidi([
            { name: 'player', channel: 0, events: player, pedal: notebook.pedal },
            { name: 'model', channel: 1, events: model },
          ]),
        );
      }
      const tokens = survivingTokens(replay.records, ensemble.codec.startToken).length;
      const lost = records[firstLoss(records)];
      const gap = lost?.type === 'gap' ? { from: lost.from, to: lost.to, lost: lost.lost } : null;
      const outcome = { same, cutOff, tokens, playerNotes: player.length, modelNotes: model.length, gap };
      reportStream(args.output).write(`${args.json ? JSON.stringify(outcome) : inWords(outcome)}\n`);
      if (differsAt !== null) process.stderr.write(`It differs from ${where(differsAt)} on.\n`);
      if (!same) process.exitCode = 1;
    } finally {
      ensemble.engine.dispose();
    }
  },
});

interface Outcome {
  readonly same: boolean;
  readonly cutOff: boolean;
  readonly tokens: number;
  readonly playerNotes: number;
  readonly modelNotes: number;
  /** Between these times so many records were lost: the take cannot be played again any further. */
  readonly gap: { readonly from: Seconds; readonly to: Seconds; readonly lost: number } | null;
}

function inWords({ same, cutOff, tokens, playerNotes, modelNotes, gap }: Outcome): string {
  const cut = gap
    ? ` (up to ${gap.from.toFixed(1)} s: after that ${gap.lost} records could not be written)`
    : cutOff
      ? ' (cut off: the take has no end, and this is all that it has)'
      : '';
  return `${same ? 'The same' : 'Not the same'}: ${tokens} tokens, ${playerNotes} notes of the player, ${modelNotes} of the model${cut}`;
}
