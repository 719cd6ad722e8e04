import { ContinuoError } from '../../../errors.js';
import type { Tune } from '../../../music/abc/tune.js';
import { writeAbc } from '../../../music/abc/write.js';
import { FolkGrammar } from '../../../plugins/folk/codec/grammar.js';
import { tokenRole } from '../../../plugins/folk/codec/grammar-tokens.js';
import { folkCodec } from '../../../plugins/folk/codec/index.js';
import type { TuneModel } from '../../../plugins/folk/generate/model.js';
import { tuneOf } from '../../../plugins/folk/generate/tune.js';
import { type Asked, type MadeTune, makeTunes, summary } from '../../../plugins/folk/generate/tunes.js';
import { abc2midiComplaints } from './abc2midi.js';
import { JUDGES, type Judge, judgeTune } from './judge.js';
import { unmaskedTunes } from './unmasked-tunes.js';

export interface TrialSettings {
  /** Candidates per tune. */
  readonly bestOf: number;
  readonly temperature: number;
  readonly seed: number;
  /** Particles that draw the end of each part (look-ahead). */
  readonly lookAhead: number;
}

/** A tune made for a trial, reduced to what judges and statistics need. */
export interface TrialTune {
  readonly abc: string;
  readonly tune: Tune;
}

/** The time taken: by the clock, and on the processor, which excludes other programs. */
export interface Speed {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly tokens: number;
}

export interface Trial {
  readonly tunes: readonly TrialTune[];
  readonly speed: Speed;
  /** How far the grammar intervened; null for the network without grammar. */
  readonly grammar: (ReturnType<typeof summary> & { readonly maskMicroseconds: number }) | null;
  /** Number of tunes that the network without grammar did not end. */
  readonly unended: number;
  /** The header of each tune, as tokens. */
  readonly headers: readonly (readonly number[])[];
}

type Watch = (share: number) => Promise<void>;

/** Makes one tune per request, under the grammar. */
export async function trialMasked(
  model: TuneModel,
  asked: readonly Asked[],
  { bestOf, temperature, seed, lookAhead }: TrialSettings,
  watch: Watch,
): Promise<Trial> {
  const order = { asked, count: asked.length, bestOf, temperature, topP: 1, seed, lookAhead };
  const { made, ...took } = await timed(makeTunes(model, order), asked.length, watch);
  const tokens = made.map((tune) => folkCodec.read(tune.tokens));
  return {
    tunes: made.map(({ abc, tune }: MadeTune) => ({ abc, tune })),
    speed: { ...took, tokens: tokens.reduce((sum, { length }) => sum + length, 0) },
    grammar: { ...summary(made), maskMicroseconds: maskMicroseconds(asked, tokens) },
    unended: 0,
    headers: tokens.map(headerOf),
  };
}

/** Makes as many tunes by the network without grammar, from the same headers; the network ends them itself. */
export async function trialAlone(
  model: TuneModel,
  { asked, headers }: { readonly asked: readonly Asked[]; readonly headers: Trial['headers'] },
  settings: TrialSettings,
  watch: Watch,
): Promise<Trial> {
  if (model.planned) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `${model.id} plans a tune before it writes it, and is told its plan by the grammar: without that it makes none.`,
      'Leave out --unmasked.',
    );
  }
  const { made, ...took } = await timed(unmaskedTunes(model.engine, headers, settings), asked.length, watch);
  return {
    tunes: made.map(({ tokens }, index) => {
      const { modes, place, type } = asked[index]!.rules;
      const number = String(index + 1);
      // States the requested type as the grammar does, even if the network is not conditioned on it.
      const about = {
        number,
        titles: [`Unmasked ${number}`],
        ...(type && { type: type.replaceAll('-', ' ') }),
      };
      const tune = tuneOf(tokens, place(modes[0]!), about);
      return { abc: writeAbc(tune), tune };
    }),
    speed: { ...took, tokens: made.reduce((sum, { tokens }) => sum + tokens.length, 0) },
    grammar: null,
    unended: made.filter(({ ended }) => !ended).length,
    headers,
  };
}

function headerOf(tokens: readonly number[]): readonly number[] {
  const end = tokens.findIndex((token) => tokenRole(token) !== 'header');
  return tokens.slice(0, end);
}

/** Collects `count` items of `making`, and measures the time spent in it alone. */
async function timed<T>(making: Generator<T>, count: number, watch: Watch) {
  const made: T[] = [];
  let [milliseconds, processor] = [0, 0];
  for (;;) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    const { value, done } = making.next();
    const { user, system } = process.cpuUsage(used);
    milliseconds += performance.now() - began;
    processor += user + system;
    if (done) break;
    made.push(value);
    await watch(made.length / count);
  }
  return { made, seconds: milliseconds / 1000, processorSeconds: processor / 1e6 };
}

/** Enough tunes for a mean. */
const REPLAYED = 200;

/** Time that the grammar takes per token, in microseconds: masking, then advancing. */
function maskMicroseconds(asked: readonly Asked[], tunes: readonly (readonly number[])[]): number {
  const mask = new Uint8Array(folkCodec.vocabulary.size);
  const replay = () => {
    let count = 0;
    for (const [index, tokens] of tunes.slice(0, REPLAYED).entries()) {
      const grammar = new FolkGrammar(asked[index]!.rules);
      for (const token of tokens) {
        mask.fill(1);
        grammar.forbid(mask);
        grammar.accept(token);
      }
      count += tokens.length;
    }
    return count;
  };
  replay(); // Warm-up, so that the code is compiled before timing
  const used = process.cpuUsage();
  const count = replay();
  const { user, system } = process.cpuUsage(used);
  return (user + system) / Math.max(1, count);
}

export type AnyJudge = Judge | 'abc2midi';

/** The faults of a tune by judge; judges that were not asked are absent. */
export type Judgement = Readonly<Partial<Record<AnyJudge, readonly string[]>>>;

/** Asks every judge about each tune of a trial, including abc2midi if `withAbc2midi`. (tune) */
export async function judgeTrial(
  { tunes, grammar }: Trial,
  asked: readonly Asked[],
  withAbc2midi: boolean,
  watch: Watch,
): Promise<Judgement[]> {
  // The network without grammar cannot be asked for a form.
  const alone = grammar === null;
  const complaints = withAbc2midi
    ? await abc2midiComplaints(
        tunes.map(({ abc }) => abc),
        (share) => watch(share / 2),
      )
    : undefined;
  const judgements: Judgement[] = [];
  for (const [index, { abc }] of tunes.entries()) {
    const { form, ...verdict } = judgeTune(abc, asked[index]!);
    judgements.push({
      ...verdict,
      ...(!alone && { form }),
      ...(complaints && { abc2midi: complaints[index]! }),
    });
    await watch((complaints ? 0.5 : 0) + (judgements.length / tunes.length) * (complaints ? 0.5 : 1));
  }
  return judgements;
}

export const JUDGE_NAMES: Readonly<Record<AnyJudge, string>> = {
  ...JUDGES,
  abc2midi: 'abc2midi -c complains of nothing',
};
