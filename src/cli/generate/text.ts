import { randomInt } from 'node:crypto';
import { defineCommand } from 'citty';
import { openComposer } from '../../host/compose/open-composer.js';
import { writeOutput } from '../files.js';
import { integerOption, numberOption } from '../options.js';

const MOST = 10_000_000;

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
    const temperature = numberOption('temperature', args.temperature, 0, 2);
    const topP = numberOption('top-p', args['top-p'], 0.1, 1);
    const seed =
      args.seed === undefined
        ? randomInt(2 ** 31)
        : integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
    const { composer, model, dispose } = await openComposer(args.plugin, { model: args.model });
    try {
      const given = { text: args.prime, edit: 'goOn' };
      const asked = { options: { length, temperature, topP }, count: 1, seed, given };
      const streamed = args.out === '-' && !args.json;
      const goesOn = (portion: string) => process.stdout.write(portion);
      const [made] = composer.make(asked, streamed ? { goesOn } : {});
      const { id, hash } = model!;
      const text = args.json
        ? `${JSON.stringify({ text: made!.text, model: id, hash, ...{ seed, temperature, topP } })}\n`
        : made!.text;
      if (streamed) process.stdout.write('\n');
      else await writeOutput(args.out, text);
      process.stderr.write(`${length} characters by ${id}, seed ${seed}\n`);
    } finally {
      dispose();
    }
  },
});
