import { randomInt } from 'node:crypto';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defineCommand } from 'citty';
import { type NoveltyIndex, SHORTEST_RUN } from '../codec/folk/novelty-index.js';
import { ContinuoError } from '../errors.js';
import { midiTrackOf } from '../host/generate-midi.js';
import { openTuneModel, type TuneModel } from '../host/generate-model.js';
import { primeOf } from '../host/generate-prime.js';
import { isLearnt, resolveWish, type TuneWish } from '../host/generate-rules.js';
import { BarStream } from '../host/generate-stream.js';
import {
  type Asked,
  headerOf,
  type MadeTune,
  makeTunes,
  summary,
  type TuneOrder,
} from '../host/generate-tunes.js';
import { judged, loadNovelty, mostShared, novelty, sharedText } from '../host/novelty.js';
import { barredTune } from '../host/rework-bars.js';
import { LEAST_CANDIDATES, type ReworkWhat, reworkTunes } from '../host/rework-tune.js';
import { writeMidi } from '../music/midi/index.js';
import { checkParam } from '../plugin/params.js';
import { readInput, writeOutput } from './files.js';
import { requireOwn, reworkArgs, reworkOf } from './generate-rework.js';
import { integerOption, numberOption } from './options.js';
import { progressBar } from './progress.js';

const MOST_TUNES = 100_000;
const MOST_CANDIDATES = 1000;
const FORM = 'AABB';
const BARS = '8';

const folk = defineCommand({
  meta: { name: 'folk', description: 'Make tunes for sessions, as ABC that plays as it stands' },
  args: {
    type: {
      type: 'string',
      description:
        'reel, jig, slip-jig, hornpipe, polka, slide, strathspey, or several joined by commas; by meter and form alone: waltz, march, …',
      valueHint: 'TYPE',
    },
    key: {
      type: 'string',
      description: 'Tonic and mode, such as G, Ador, Em, or several (default: as sessions play)',
      valueHint: 'KEY',
    },
    meter: { type: 'string', description: "Such as 6/8 (default: the type's)", valueHint: 'METER' },
    form: {
      type: 'string',
      default: FORM,
      description: 'Parts as they are played: AABB, AAB, AB, ABAB, …',
      valueHint: 'FORM',
    },
    bars: { type: 'string', default: BARS, description: 'Bars a part', valueHint: 'N' },
    range: {
      type: 'string',
      default: 'any',
      description: 'fiddle, whistle-d, flute, box-dg, any, or two notes such as A3-B5',
      valueHint: 'RANGE',
    },
    prime: {
      type: 'string',
      description: 'Go on from the beginning of a tune: an ABC file, - for standard input',
      valueHint: 'FILE',
    },
    ...reworkArgs,
    count: { type: 'string', default: '1', description: 'How many tunes', valueHint: 'N' },
    'best-of': {
      type: 'string',
      default: '1',
      description:
        'Make N candidates of each tune and keep the best, by likelihood, repetition, cadence and range',
      valueHint: 'N',
    },
    temperature: {
      type: 'string',
      default: '1',
      description: 'Low is careful, high is adventurous',
      valueHint: 'T',
    },
    'top-p': {
      type: 'string',
      default: '1',
      description: 'Only the likeliest choices, up to this share',
      valueHint: 'P',
    },
    seed: {
      type: 'string',
      description: 'A whole number: the same seed and options give the same bytes (default: random)',
      valueHint: 'N',
    },
    out: {
      type: 'string',
      alias: 'o',
      default: '-',
      description: 'Where the tunes go; - is standard output',
      valueHint: 'FILE',
    },
    midi: {
      type: 'string',
      description: 'Also a MIDI file a tune, repeats played, in this folder',
      valueHint: 'DIR',
    },
    json: {
      type: 'boolean',
      default: false,
      description: 'One JSON object: tunes, what each is worth, statistics',
    },
    stream: { type: 'boolean', default: false, description: 'Print bars as they come' },
    novel: {
      type: 'boolean',
      default: false,
      description:
        'Draw again what copies: tunes that share more notes in a row with a training tune than --most-shared',
    },
    'most-shared': {
      type: 'string',
      description: 'With --novel (default: what 19 of 20 tunes by people keep within)',
      valueHint: 'NOTES',
    },
    model: {
      type: 'string',
      description: "A model's name, or its folder (default: the best)",
      valueHint: 'ID|FOLDER',
    },
  },
  async run({ args }) {
    const wishes = wishesOf(args.type, args.key, {
      ...(args.meter === undefined ? {} : { meter: args.meter }),
      form: args.form,
      bars: integerOption('bars', args.bars, 2, 64),
      range: args.range,
    });
    const most =
      args['most-shared'] === undefined
        ? undefined
        : integerOption('most-shared', args['most-shared'], SHORTEST_RUN, 1000);
    if (most !== undefined && !args.novel)
      throw new ContinuoError('OPTION_VALUE', '--most-shared goes with --novel.', 'Give both.');
    const count = integerOption('count', args.count, 1, MOST_TUNES);
    const bestOf = integerOption('best-of', args['best-of'], 1, MOST_CANDIDATES);
    const temperature = numberOption('temperature', args.temperature, 0, 10);
    const topP = numberOption('top-p', args['top-p'], 0, 1);
    const seed =
      args.seed === undefined
        ? randomInt(2 ** 31)
        : integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
    const rework = reworkOf(args);
    requireStreamable(args.stream, args.json || args.novel || rework !== undefined, bestOf, args.out);
    requireNoWords(args._);
    if (rework) {
      const { type, key, meter, form, bars } = args;
      requireOwn({
        type,
        key,
        meter,
        form: form === FORM ? undefined : form,
        bars: bars === BARS ? undefined : bars,
      });
    }
    const given = rework && barredTune(await readText(rework.file));
    const prime = args.prime === undefined || rework ? undefined : await readText(args.prime);
    const asked = (rework ? [] : wishes).map(
      (wish): Asked =>
        prime === undefined
          ? { wish, rules: resolveWish(wish), prime: [] }
          : { wish, ...primeOf(prime, wish) },
    );
    await requirePlaces(args.out, args.midi);
    const model = await openTuneModel('folk', args.model);
    const index = await loadNovelty(model.folder);
    const shared = args.novel ? mostShared(most, index) : undefined;
    const bar = progressBar('composing');
    try {
      checkParam(model.descriptor.params, 'temperature', temperature);
      checkParam(model.descriptor.params, 'topP', topP);
      for (const { type } of new Map(asked.map(({ rules }) => [rules.type, rules])).values()) {
        if (type === null || isLearnt(type)) continue;
        process.stderr.write(
          `The network has learnt no ${plural(type)}: they are made by their meter and form alone.\n`,
        );
      }
      const order: TuneOrder = {
        ...{ asked, count, bestOf, temperature, topP, seed },
        ...(index && shared !== undefined && { admits: novelty(index, shared) }),
      };
      if (given) process.stderr.write(lost(given.dropped));
      const stream = args.stream
        ? new BarStream(
            (x, tokens, placing) => headerOf(tokens, placing, x, model, order),
            (text) => process.stdout.write(text),
          )
        : undefined;
      const made: MadeTune[] = [];
      const heard = stream && { heard: stream.hear.bind(stream) };
      const tunes =
        rework && given
          ? reworkTunes(model, {
              ...order,
              ...{ tune: given, what: rework.what, range: args.range },
              candidates: Math.max(LEAST_CANDIDATES, bestOf),
            })
          : makeTunes(model, { ...order, ...heard });
      for (const tune of tunes) {
        made.push(index ? judged(tune, index) : tune);
        stream?.end(tune);
        // Its header was printed before anybody could know.
        if (stream && index) process.stderr.write(`${sharedText(judged(tune, index))}\n`);
        bar.show(made.length / count);
        // Lets a signal through.
        await new Promise(setImmediate);
      }
      bar.done();
      const text = args.json
        ? json(model, order, rework?.what, made, index, shared)
        : made.map(({ abc }) => abc).join('\n');
      if (args.out !== '-') await writeOutput(args.out, text);
      else if (!stream) process.stdout.write(text);
      if (args.midi !== undefined) await writeMidiFiles(args.midi, made);
      process.stderr.write(words(made, seed, args.out));
    } finally {
      bar.done();
      model.engine.dispose();
    }
  },
});

/** What a tune that was given cannot keep. */
function lost(dropped: Readonly<Record<string, number>>): string {
  const what = Object.entries(dropped).map(([kind, count]) => `${count} ${kind}`);
  return what.length === 0 ? '' : `Left out of the tune given, which keeps its notes: ${what.join(', ')}.\n`;
}

/** Types and keys may be lists: each type comes in each key, in turn. */
function wishesOf(
  types: string | undefined,
  keys: string | undefined,
  rest: Omit<TuneWish, 'type' | 'key'>,
): TuneWish[] {
  const list = (text: string | undefined) => (text === undefined ? [undefined] : text.split(','));
  return list(keys).flatMap((key) =>
    list(types).map((type) => ({
      ...(type === undefined ? {} : { type }),
      ...(key === undefined ? {} : { key }),
      ...rest,
    })),
  );
}

function plural(type: string): string {
  const name = type.replaceAll('-', ' ');
  return name.endsWith('ch') ? `${name}es` : name.endsWith('tz') ? `${name}es` : `${name}s`;
}

function json(
  { id, hash }: TuneModel,
  order: TuneOrder,
  what: ReworkWhat | undefined,
  made: readonly MadeTune[],
  index: NoveltyIndex | null,
  shared: number | undefined,
): string {
  const { asked, bestOf, temperature, topP, seed } = order;
  const said = {
    model: id,
    modelHash: hash,
    seed,
    settings: { asked: asked.map(({ wish }) => wish), ...what, bestOf, temperature, topP },
    novelty: { mostShared: shared ?? null, heldOut: index?.heldOut ?? null },
    tunes: made.map(({ tune: _, fresh: __, ...tune }) => tune),
    statistics: summary(made),
  };
  return `${JSON.stringify(said, null, 2)}\n`;
}

function requireStreamable(stream: boolean, whole: boolean, bestOf: number, out: string): void {
  if (!stream || (!whole && bestOf === 1 && out === '-')) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    '--stream prints bars as they come, which does not go with --json, --best-of, --novel, --keep, --redo, --vary or --out.',
    'Leave one of them out.',
  );
}

/** A value after an option that takes none would be passed over in silence. */
function requireNoWords(words: readonly string[]): void {
  if (words.length === 0) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `"${words[0]}" belongs to no option.`,
    '--help says which options take a value.',
  );
}

async function readText(path: string): Promise<string> {
  if (path !== '-') return new TextDecoder().decode(await readInput(path));
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** What cannot be written is said before anything is composed. */
async function requirePlaces(out: string, midi: string | undefined): Promise<void> {
  const refuse = (path: string) => (cause: NodeJS.ErrnoException) => {
    throw new ContinuoError(
      'FILE_WRITE',
      `${path} cannot be written in (${cause.code}).`,
      'Is the folder there, and may you write in it?',
      { cause },
    );
  };
  if (out !== '-') await access(dirname(out), constants.W_OK).catch(refuse(dirname(out)));
  if (midi !== undefined) await mkdir(midi, { recursive: true }).catch(refuse(midi));
}

async function writeMidiFiles(folder: string, made: readonly MadeTune[]): Promise<void> {
  const width = String(made.length).length;
  for (const { x, title, tune } of made) {
    const { track, bpm } = midiTrackOf(tune);
    const path = join(folder, `tune-${String(x).padStart(width, '0')}.mid`);
    await writeOutput(path, writeMidi([track], { bpm, title }));
  }
}

/** What a person is told: on standard error, since standard output is the music. */
function words(made: readonly MadeTune[], seed: number, out: string): string {
  const { meanCut, forcedShare } = summary(made);
  const where = out === '-' ? '' : `${out}: `;
  const tunes = made.length === 1 ? '1 tune' : `${made.length} tunes`;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `${where}${tunes}, seed ${seed}; the grammar forbade ${percent(meanCut)} of the probability a token, and left no choice in ${percent(forcedShare)} of the notes' tokens\n`;
}

export default defineCommand({
  meta: { name: 'generate', description: 'Make music from nothing' },
  subCommands: { folk },
});
