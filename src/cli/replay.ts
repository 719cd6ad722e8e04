import { defineCommand } from 'citty';
import { ContinuoError } from '../errors.js';
import { assemble } from '../host/assemble.js';
import { readTake } from '../host/read-take.js';
import { writeMidi } from '../music/midi/index.js';
import { Notebook } from '../session/notebook.js';
import { replayTake } from '../session/replay.js';
import { survivingTokens } from '../session/take.js';
import { writeOutput } from './files.js';
import { modeOption } from './options.js';

export default defineCommand({
  meta: {
    name: 'replay',
    description: 'Play a recorded take again, token for token, and check that nothing differs.',
  },
  args: {
    take: { type: 'positional', description: "A take's folder", valueHint: 'FOLDER', required: true },
    output: { type: 'string', alias: 'o', description: 'Write what is played', valueHint: 'OUT.mid' },
    json: { type: 'boolean', default: false, description: 'Say the outcome as one JSON object' },
  },
  async run({ args }) {
    const { header, records } = await readTake(args.take);
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
        mode: modeOption(header.mode),
        time: header.time,
      });
      const start = ensemble.codec.startToken;
      const [then, now] = [survivingTokens(records, start), survivingTokens(replay.records, start)];
      const same = then.length === now.length && then.every((token, index) => token === now[index]);
      const notebook = new Notebook();
      for (const event of replay.events) notebook.add(event);
      const end = records.findLast((record) => 'time' in record)?.time ?? header.time;
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
      const outcome = { same, tokens: now.length, playerNotes: player.length, modelNotes: model.length };
      process.stdout.write(
        args.json
          ? `${JSON.stringify(outcome)}\n`
          : `${same ? 'The same' : 'Not the same'}: ${now.length} tokens, ${player.length} notes of the player, ${model.length} of the model\n`,
      );
      if (!same) process.exitCode = 1;
    } finally {
      ensemble.engine.dispose();
    }
  },
});
