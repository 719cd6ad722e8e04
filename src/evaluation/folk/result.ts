import { type Comparison, compareTunes, type Matched } from './distance.js';
import { MEASURE_NAMES, type Measure, measuresOf, type TuneMeasures } from './statistics.js';
import type { AnyJudge, Judgement, Speed, Trial, TrialTune } from './trial/trial.js';
import type { HumanTune } from './tunes-by-people.js';

/** What `continuo evaluate folk` found out, and what `--json` prints. */
export interface FolkResult {
  readonly model: string;
  readonly modelHash: string;
  readonly temperature: number;
  readonly bestOf: number;
  readonly lookAhead: number;
  readonly seed: number;
  /** What abc2midi says of itself; null where it is not installed. */
  readonly abc2midi: string | null;
  readonly sets: readonly SetResult[];
  readonly statistics: StatisticsResult | null;
  readonly examples: readonly string[];
}

/** Tunes of one kind: what for, and by whom. */
export interface SetResult {
  readonly asked: string;
  readonly by: 'grammar' | 'network alone';
  readonly tunes: number;
  /** Tunes that no judge has anything against. */
  readonly clean: number;
  /** Tunes that a judge has something against, and the first few things. */
  readonly failing: Readonly<
    Partial<Record<AnyJudge, { readonly tunes: number; readonly such: readonly string[] }>>
  >;
  readonly unended: number;
  readonly tunesASecond: number;
  /** The same by the processor's time, which other programs do not take from. */
  readonly tunesAProcessorSecond: number;
  readonly tokensASecond: number;
  readonly grammar: Trial['grammar'];
}

const SUCH = 5;

/**
 * What is known of a set of tunes: what each judge found, with the first few complaints, how fast it was made, and what the
 * grammar did.
 */
export function setResult(
  about: Pick<SetResult, 'asked' | 'by'>,
  { tunes, speed, grammar, unended }: Trial,
  judgements: readonly Judgement[],
): SetResult {
  const failing: Partial<Record<AnyJudge, { tunes: number; such: string[] }>> = {};
  for (const [index, judgement] of judgements.entries()) {
    for (const [judge, found] of Object.entries(judgement) as [AnyJudge, readonly string[]][]) {
      failing[judge] ??= { tunes: 0, such: [] };
      const entry = failing[judge];
      if (found.length === 0) continue;
      entry.tunes++;
      if (entry.such.length < SUCH) entry.such.push(`tune ${index + 1}: ${found[0]}`);
    }
  }
  return {
    ...about,
    tunes: tunes.length,
    clean: judgements.filter((judgement) => Object.values(judgement).every(({ length }) => length === 0))
      .length,
    failing,
    unended,
    ...speeds(speed, tunes.length),
    grammar,
  };
}

function speeds({ seconds, processorSeconds, tokens }: Speed, tunes: number) {
  return {
    tunesASecond: tunes / seconds,
    tunesAProcessorSecond: tunes / processorSeconds,
    tokensASecond: tokens / seconds,
  };
}

/** How near made tunes must be: this many times the distance between two halves of the held-out ones. */
export const NEAR = 1.5;
/** A type with fewer held-out tunes is not compared by itself: its halves say nothing. */
const LEAST_OF_A_TYPE = 10;

interface StatisticsResult {
  readonly from: string;
  readonly leftOut: Readonly<Record<string, number>>;
  /** All together first, then each type with enough tunes. */
  readonly groups: readonly GroupResult[];
}

export interface GroupResult {
  readonly name: string;
  /** Held-out tunes, and tunes made after them. */
  readonly human: number;
  readonly made: number;
  readonly measures: Readonly<Record<Measure, Comparison & { readonly near: boolean }>>;
  /** The same of the network alone. */
  readonly alone: Readonly<Record<Measure, Comparison>> | null;
}

/** Held-out tunes and what was made after them: `made[i]` and `alone[i]` were asked for after `human[after[i]]`. */
export interface TunesBeside {
  readonly human: readonly HumanTune[];
  readonly after: readonly number[];
  readonly made: readonly TrialTune[];
  /** By the network alone. */
  readonly alone: readonly TrialTune[] | null;
  readonly seed: number;
}

/** All together first, then each type with enough tunes. */
export function groupResults({ human, after, made, alone, seed }: TunesBeside): GroupResult[] {
  const types = new Map<string, number>();
  for (const { type } of human) types.set(type, (types.get(type) ?? 0) + 1);
  const enough = [...types].filter(([, count]) => count >= LEAST_OF_A_TYPE).sort(([, a], [, b]) => b - a);
  const byHuman = matchedTo(human, after, made);
  const aloneByHuman = alone && matchedTo(human, after, alone);
  return ['all', ...enough.map(([type]) => type)].flatMap((name) => {
    const of = (matched: readonly Paired[]) =>
      matched.filter(({ made, type }) => made.length > 0 && (name === 'all' || type === name));
    const matched = of(byHuman);
    if (matched.length < 4) return [];
    const compared = compareTunes(matched, seed);
    return [
      {
        name,
        human: matched.length,
        made: matched.reduce((sum, { made }) => sum + made.length, 0),
        measures: withNear(compared),
        alone: aloneByHuman && of(aloneByHuman).length >= 4 ? compareTunes(of(aloneByHuman), seed) : null,
      },
    ];
  });
}

function withNear(compared: Readonly<Record<Measure, Comparison>>): GroupResult['measures'] {
  return Object.fromEntries(
    MEASURE_NAMES.map((measure) => [
      measure,
      { ...compared[measure], near: compared[measure].ratio <= NEAR },
    ]),
  ) as GroupResult['measures'];
}

type Paired = Matched & { readonly type: string };

function matchedTo(
  human: readonly HumanTune[],
  after: readonly number[],
  made: readonly TrialTune[],
): Paired[] {
  const lists: TuneMeasures[][] = human.map(() => []);
  for (const [index, { tune }] of made.entries()) {
    const measures = measuresOf(tune);
    if (measures) lists[after[index]!]!.push(measures);
  }
  return human.map(({ measures, type }, index) => ({ human: measures, made: lists[index]!, type }));
}
