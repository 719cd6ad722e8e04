import { type ArgsDef, defineCommand } from 'citty';
import { ContinuoError } from '../errors.js';
import { INSPECT_DEFAULTS } from '../evaluation/inspect/options.js';
import { reportStream, requireOutput, writeOutput } from './files.js';
import { ENGINE_ARGS, engineOf } from './live/session-options.js';
import { integerOption } from './options.js';
import { stoppable } from './stoppable.js';

const ARGS = {
  piece: {
    type: 'positional',
    description: 'A take (its folder), a MIDI file, ABC tunes or a text: whatever a plugin reads',
    valueHint: 'TAKE|FILE',
    required: true,
  },
  html: { type: 'string', description: 'All of it as an HTML page', valueHint: 'FILE' },
  json: {
    type: 'boolean',
    default: false,
    description: 'One JSON object (without the states of the layers)',
  },
  model: {
    type: 'string',
    description:
      "A model's name, or its folder (default: that of the take, or the first of the plugin that reads the file)",
    valueHint: 'ID|FOLDER',
  },
  plugin: {
    type: 'string',
    description: 'The plugin that reads the file, by id or folder (default: the one that reads such files)',
    valueHint: 'ID|FOLDER',
  },
  number: {
    type: 'string',
    description: 'Which piece of a file with several (default: the first; a text whole)',
    valueHint: 'N',
  },
  unit: {
    type: 'string',
    description: 'Colour the piece by this unit too: layer and unit, counted from 1',
    valueHint: 'LAYER:UNIT',
  },
  most: {
    type: 'string',
    default: String(INSPECT_DEFAULTS.most),
    description: 'Most tokens that are looked at, from the beginning',
    valueHint: 'N',
  },
  choices: {
    type: 'string',
    default: String(INSPECT_DEFAULTS.choices),
    description: 'Tokens that are named as expected, for each that came',
    valueHint: 'N',
  },
  shuffles: {
    type: 'string',
    default: String(INSPECT_DEFAULTS.shuffles),
    description: 'Shuffled pieces by which knowledge is told from chance',
    valueHint: 'N',
  },
  seed: {
    type: 'string',
    default: String(INSPECT_DEFAULTS.seed),
    description: 'Of the shuffles',
    valueHint: 'N',
  },
  memory: ENGINE_ARGS.memory,
  engine: ENGINE_ARGS.engine,
  precision: ENGINE_ARGS.precision,
} as const satisfies ArgsDef;

export default defineCommand({
  meta: {
    name: 'inspect',
    description:
      'Go through one piece with a model: what each token cost it, what it expected, and which of its units follow what of the music.',
  },
  args: ARGS,
  async run({ args }) {
    const options = {
      path: args.piece,
      model: args.model,
      plugin: args.plugin,
      piece: args.number === undefined ? undefined : integerOption('number', args.number, 1, 1_000_000),
      most: integerOption('most', args.most, 2, 20_000),
      choices: integerOption('choices', args.choices, 1, 50),
      shuffles: integerOption('shuffles', args.shuffles, 19, 10_000),
      seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
      ...engineOf(args),
    };
    const unit = args.unit === undefined ? undefined : unitOf(args.unit);
    if (args.html !== undefined) await requireOutput(args.html, { binary: false });
    const { inspectPiece } = await import('../evaluation/inspect/inspect-piece.js');
    const { inspectionPage, requireUnit } = await import('../evaluation/inspect/page.js');
    const { inspectionText } = await import('../evaluation/inspect/words.js');
    const found = await stoppable((shown) => shown('looking', (watch) => inspectPiece(options, watch)));
    const { inspection } = found;
    if (unit) requireUnit(inspection, unit);
    if (args.html !== undefined) await writeOutput(args.html, inspectionPage(found, unit));
    reportStream(args.html).write(args.json ? `${JSON.stringify(inspection)}\n` : inspectionText(inspection));
  },
});

/** A unit by layer and number, from 1. Throws OPTION_VALUE. */
function unitOf(text: string): { layer: number; unit: number } {
  const [, layer, unit] = /^(\d+):(\d+)$/.exec(text.trim()) ?? [];
  if (Number(layer) >= 1 && Number(unit) >= 1) return { layer: Number(layer) - 1, unit: Number(unit) - 1 };
  throw new ContinuoError(
    'OPTION_VALUE',
    `--unit takes layer and unit, counted from 1, such as 2:17; it was given "${text}".`,
  );
}
