import { defineCommand } from 'citty';
import { openComposerModel } from '../../host/compose/open-composer.js';
import { tuneModelOf } from '../../plugins/folk/generate/model.js';
import { judged, loadNovelty, mostShared, novelty } from '../../plugins/folk/generate/novelty.js';
import { primeOf } from '../../plugins/folk/generate/prime.js';
import { resolveWish } from '../../plugins/folk/generate/rules.js';
import { type Asked, type MadeTune, makeTunes, type TuneOrder } from '../../plugins/folk/generate/tunes.js';
import { barredTune } from '../../plugins/folk/rework/bars.js';
import { LEAST_CANDIDATES, reworkTunes } from '../../plugins/folk/rework/tune.js';
import { writeOutput } from '../files.js';
import { progressBar } from '../progress.js';
import { afterSignal } from '../shutdown.js';
import { readText } from '../text-input.js';
import { folkArgs } from './args.js';
import { sayFirst, sayUnlearnt } from './notes.js';
import { folkOptions } from './options.js';
import { json, lost, requirePlaces, words, writeMidiFiles, writeSvgFiles } from './output.js';
import { tunePrinter } from './print.js';

/** A tune of so many candidates is waited for when the program is to end: about a second. */
const MOST_AWAITED = 64;

const folk = defineCommand({
  meta: { name: 'folk', description: 'Make tunes for sessions, as ABC that plays as it stands.' },
  args: folkArgs,
  async run({ args }) {
    const { wishes, notes, most, novel, count, bestOf, temperature, topP, lilt, seed, ...options } =
      folkOptions(args);
    const { rework, lookAhead, title, tempo } = options;
    const file = rework?.file ?? args.prime;
    const text = file === undefined ? undefined : await readText(file);
    if (text !== undefined && options.tune === undefined) sayFirst(file!, text);
    const given = rework && barredTune(text!, options.tune);
    const prime = rework ? undefined : text;
    await requirePlaces(args.out, [args.midi, args.svg]);
    const opened = await openComposerModel(args.plugin, args);
    const model = await tuneModelOf(opened);
    const asked = (rework ? [] : wishes).map(
      (wish): Asked =>
        prime === undefined
          ? { wish, rules: resolveWish(wish, model.learnt), prime: [] }
          : { wish, ...primeOf(prime, wish, model.learnt, options.tune) },
    );
    const index = await loadNovelty(opened);
    const shared = novel ? mostShared(most, index) : undefined;
    const bar = progressBar('composing');
    try {
      sayUnlearnt(model, asked, notes);
      const order: TuneOrder = {
        ...{ asked, count, bestOf, temperature, topP, seed, lookAhead },
        ...(title === undefined ? {} : { title }),
        ...(tempo === undefined ? {} : { tempo }),
        ...(index && shared !== undefined && { admits: novelty(index, shared) }),
      };
      const printer = args.stream ? tunePrinter(model, order, index) : undefined;
      const tunes =
        rework && given
          ? reworkTunes(model, {
              ...order,
              ...{ tune: given, what: rework.what, range: args.range },
              candidates: Math.max(LEAST_CANDIDATES, bestOf),
            })
          : makeTunes(model, { ...order, ...printer?.heard });
      const made = await gather(tunes, order, (tune, tunesMade) => {
        const whole = index ? judged(tune, index) : tune;
        printer?.end(bestOf > 1 ? whole : tune);
        bar.show(tunesMade / count);
        return whole;
      });
      bar.done();
      const written = args.json
        ? json(model, order, rework?.what, made, index, shared)
        : made.map(({ abc }) => abc).join('\n');
      if (!printer) await writeOutput(args.out, written);
      process.stderr.write(lost(made, given?.dropped ?? asked[0]?.dropped ?? {}));
      if (args.midi !== undefined) await writeMidiFiles(args.midi, made, lilt);
      if (args.svg !== undefined) await writeSvgFiles(args.svg, made);
      process.stderr.write(words(made, seed, args.out));
    } finally {
      bar.done();
      model.engine.dispose();
    }
  },
});

/** Takes the tunes as they are made, each as `take` has it, until a signal comes: the program then ends with what it has. */
async function gather(
  tunes: Iterable<MadeTune>,
  { count, bestOf }: Pick<TuneOrder, 'count' | 'bestOf'>,
  take: (tune: MadeTune, made: number) => MadeTune,
): Promise<MadeTune[]> {
  const made: MadeTune[] = [];
  // One tune alone is whole or nothing, and a tune of many candidates takes long: there the signal ends the program at once.
  const signal = count > 1 && bestOf <= MOST_AWAITED ? afterSignal() : undefined;
  for (const tune of tunes) {
    made.push(take(tune, made.length + 1));
    // Lets a signal through.
    await new Promise(setImmediate);
    if (signal?.code !== undefined) break;
  }
  if (signal?.code !== undefined && made.length < count) {
    process.stderr.write(`Stopped: ${made.length} of ${count} tunes, each whole.\n`);
    process.exitCode = signal.code;
  }
  return made;
}

export default defineCommand({
  meta: { name: 'generate', description: 'Make music from nothing.' },
  subCommands: { folk, text: () => import('./text.js').then(({ default: text }) => text) },
});
