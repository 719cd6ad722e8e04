import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { defineCommand } from 'citty';
import { generateText, openTextModel } from '../../host/compose/generate-text.js';
import { checkParam } from '../../plugin/params.js';
import { writeOutput } from '../files.js';
import { integerOption, numberOption } from '../options.js';

const MOST = 10_000_000;
/** Characters between two looks at the outside world. */
const PORTION = 64;

export default defineCommand({
  meta: { name: 'text', description: 'Go on from a text, character by character.' },
  args: {
    plugin: {
      type: 'string',
      default: 'text',
      description: 'A plugin that writes: its id, or its folder',
      valueHint: 'ID|FOLDER',
    },
    model: {
      type: 'string',
      description: 'A model that continuo train text made: its name, or its folder (default: text)',
      valueHint: 'ID|FOLDER',
    },
    prime: { type: 'string', default: '', description: 'What to go on from', valueHint: 'TEXT' },
    length: { type: 'string', default: '1000', description: 'Characters', valueHint: 'N' },
    temperature: {
      type: 'string',
      default: '1',
      description: 'Low is careful, high is adventurous; 0 takes the likeliest character',
      valueHint: 'T',
    },
    'top-p': {
      type: 'string',
      default: '1',
      description: 'Only the likeliest characters, up to this share of the probability',
      valueHint: 'P',
    },
    seed: {
      type: 'string',
      description: 'The same seed gives the same text (default: random)',
      valueHint: 'N',
    },
    out: {
      type: 'string',
      alias: 'o',
      default: '-',
      description: 'Where the text goes; - is standard output',
      valueHint: 'FILE',
    },
    json: { type: 'boolean', default: false, description: 'One JSON object: text, model, hash, seed' },
  },
  async run({ args }) {
    const length = integerOption('length', args.length, 1, MOST);
    const temperature = numberOption('temperature', args.temperature, 0, 10);
    const topP = numberOption('top-p', args['top-p'], 0, 1);
    const seed =
      args.seed === undefined
        ? randomInt(2 ** 31)
        : integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
    const model = await openTextModel(args.plugin, args.model);
    try {
      checkParam(model.descriptor.params, 'temperature', temperature);
      checkParam(model.descriptor.params, 'topP', topP);
      const order = { prime: model.codec.encode(args.prime), length, temperature, topP, seed };
      const streamed = args.out === '-' && !args.json;
      // A reader that has gone (`| head`) has what it wanted.
      process.stdout.once('error', () => process.exit(0));
      let text = '';
      let portion = args.prime;
      let count = 0;
      for (const character of generateText(model, order)) {
        portion += character;
        if (++count % PORTION !== 0 && count < length) continue;
        if (streamed) await print(portion);
        else text += portion;
        portion = '';
        // Lets a signal through.
        await new Promise(setImmediate);
      }
      if (args.json)
        text = `${JSON.stringify({ text, model: model.id, hash: model.hash, ...{ seed, temperature, topP } })}\n`;
      if (streamed) await print('\n');
      else await writeOutput(args.out, text);
      process.stderr.write(`${length} characters by ${model.id}, seed ${seed}\n`);
    } finally {
      model.engine.dispose();
    }
  },
});

/** A reader that is slow is waited for. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
