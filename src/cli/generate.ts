import { randomInt } from 'node:crypto';
import { defineCommand } from 'citty';
import { SHORTEST_RUN } from '../codec/folk/novelty-index.js';
import { ContinuoError } from '../errors.js';
import { MOST_PARTICLES } from '../host/generate-cadence.js';
import { openTuneModel } from '../host/generate-model.js';
import { primeOf } from '../host/generate-prime.js';
import { resolveWish, type TuneWish } from '../host/generate-rules.js';
import { BarStream } from '../host/generate-stream.js';
import { type Asked, headerOf, type MadeTune, makeTunes, type TuneOrder } from '../host/generate-tunes.js';
import { judged, loadNovelty, mostShared, novelty, sharedText } from '../host/novelty.js';
import { barredTune } from '../host/rework-bars.js';
import { LEAST_CANDIDATES, reworkTunes } from '../host/rework-tune.js';
import { checkParam } from '../plugin/params.js';
import { writeOutput } from './files.js';
import { BARS, FORM, folkArgs, PARTICLES } from './generate-args.js';
import {
  json,
  lost,
  plural,
  requirePlaces,
  words,
  writeMidiFiles,
  writeSvgFiles,
} from './generate-output.js';
import { requireOwn, reworkOf } from './generate-rework.js';
import { integerOption, numberOption } from './options.js';
import { progressBar } from './progress.js';
import { afterSignal } from './shutdown.js';
import { readText } from './text-input.js';

const MOST_TUNES = 100_000;
const MOST_CANDIDATES = 1000;
/** A tune of so many candidates is waited for when the program is to end: about two seconds. */
const MOST_AWAITED = 10;

const folk = defineCommand({
  meta: { name: 'folk', description: 'Make tunes for sessions, as ABC that plays as it stands' },
  args: folkArgs,
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
    const novel = args.novel || most !== undefined;
    const count = integerOption('count', args.count, 1, MOST_TUNES);
    const bestOf = integerOption('best-of', args['best-of'], 1, MOST_CANDIDATES);
    const lookAhead = integerOption('look-ahead', args['look-ahead'], 1, MOST_PARTICLES);
    const temperature = numberOption('temperature', args.temperature, 0, 10);
    const topP = numberOption('top-p', args['top-p'], 0, 1);
    const lilt = args.lilt === undefined ? 1 : numberOption('lilt', args.lilt, 0, 1);
    if (args.lilt !== undefined && args.midi === undefined)
      throw new ContinuoError('OPTION_VALUE', '--lilt goes with --midi.', 'Give both.');
    const seed =
      args.seed === undefined
        ? randomInt(2 ** 31)
        : integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
    const rework = reworkOf(args);
    requireStreamable(args.stream, args.json || novel || rework !== undefined, bestOf, args.out);
    requireNoWords(args._);
    if (rework && args['look-ahead'] !== PARTICLES)
      throw new ContinuoError(
        'OPTION_VALUE',
        '--look-ahead does not go with --keep, --redo and --vary: they choose among candidates of their own.',
        'Leave it out.',
      );
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
    await requirePlaces(args.out, [args.midi, args.svg]);
    const model = await openTuneModel('folk', args.model);
    const asked = (rework ? [] : wishes).map(
      (wish): Asked =>
        prime === undefined
          ? { wish, rules: resolveWish(wish, model.learnt), prime: [] }
          : { wish, ...primeOf(prime, wish, model.learnt) },
    );
    const index = await loadNovelty(model.folder);
    const shared = novel ? mostShared(most, index) : undefined;
    const bar = progressBar('composing');
    try {
      checkParam(model.descriptor.params, 'temperature', temperature);
      checkParam(model.descriptor.params, 'topP', topP);
      for (const { type } of new Map(asked.map(({ rules }) => [rules.type, rules])).values()) {
        if (type === null || model.learnt.includes(type)) continue;
        process.stderr.write(
          `The network has learnt no ${plural(type)}: they are made by their meter and form alone.\n`,
        );
      }
      const order: TuneOrder = {
        ...{ asked, count, bestOf, temperature, topP, seed, lookAhead },
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
      // One tune alone is whole or nothing, and a tune of many candidates takes long: there the signal ends the program at once.
      const signal = count > 1 && bestOf <= MOST_AWAITED ? afterSignal() : undefined;
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
        if (signal?.code !== undefined) break;
      }
      bar.done();
      if (signal?.code !== undefined && made.length < count) {
        process.stderr.write(`Stopped: ${made.length} of ${count} tunes, each whole.\n`);
        process.exitCode = signal.code;
      }
      const text = args.json
        ? json(model, order, rework?.what, made, index, shared)
        : made.map(({ abc }) => abc).join('\n');
      if (args.out !== '-') await writeOutput(args.out, text);
      else if (!stream) process.stdout.write(text);
      if (args.midi !== undefined) await writeMidiFiles(args.midi, made, lilt);
      if (args.svg !== undefined) await writeSvgFiles(args.svg, made);
      process.stderr.write(words(made, seed, args.out));
    } finally {
      bar.done();
      model.engine.dispose();
    }
  },
});

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
    '--help says which options take a value (--novel takes none: --most-shared NOTES does).',
  );
}

export default defineCommand({
  meta: { name: 'generate', description: 'Make music from nothing' },
  subCommands: { folk, text: () => import('./generate-text.js').then(({ default: text }) => text) },
});
