import { type Comparison, compareTunes, type Matched } from './distance.js';
import { MEASURE_NAMES, type Measure, measuresOf, type TuneMeasures } from './statistics.js';
import type { AnyJudge, Judgement, Speed, Trial, TrialTune } from './trial/trial.js';
import type { HumanTune } from './tunes-by-people.js';

/** The result of `continuo evaluate folk`, as printed by `--json`. */
export interface FolkResult {
  readonly model: string;
  readonly modelHash: string;
  readonly temperature: number;
  readonly bestOf: number;
  readonly lookAhead: number;
  readonly seed: number;
  /** The version line of abc2midi; null if it is not installed. */
  readonly abc2midi: string | null;
  readonly sets: readonly SetResult[];
  readonly statistics: StatisticsResult | null;
  readonly examples: readonly string[];
}

/** One set of tunes: the request and how they were made. */
export interface SetResult {
  readonly asked: string;
  readonly by: 'grammar' | 'network alone';
  readonly tunes: number;
  /** Number of tunes to which no judge objects. */
  readonly clean: number;
  /** The number of tunes to which each judge objects, and the first few complaints. */
  readonly failing: Readonly<
    Partial<Record<AnyJudge, { readonly tunes: number; readonly such: readonly string[] }>>
  >;
  readonly unended: number;
  readonly tunesASecond: number;
  /** The same per second of processor time, which other programs do not affect. */
  readonly tunesAProcessorSecond: number;
  readonly tokensASecond: number;
  readonly grammar: Trial['grammar'];
}

const SUCH = 5;

/**
 * Summarises a set of tunes: each judge's findings with the first few complaints, the speed, and how far the grammar intervened.
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

/** Generated tunes count as near up to this multiple of the distance between two halves of the held-out ones. */
export const NEAR = 1.5;
/** A type with fewer held-out tunes is not compared separately: its halves are too small. */
const LEAST_OF_A_TYPE = 10;

interface StatisticsResult {
  readonly from: string;
  readonly leftOut: Readonly<Record<string, number>>;
  /** All tunes together, then each type with enough tunes. */
  readonly groups: readonly GroupResult[];
}

export interface GroupResult {
  readonly name: string;
  /** Number of held-out tunes, and of tunes generated after them. */
  readonly human: number;
  readonly made: number;
  readonly measures: Readonly<Record<Measure, Comparison & { readonly near: boolean }>>;
  /** The same for the network without grammar. */
  readonly alone: Readonly<Record<Measure, Comparison>> | null;
}

/**
 * Held-out tunes and the tunes generated after them: the request for `made[i]` and `alone[i]` was derived from
 * `human[after[i]]`.
 */
export interface TunesBeside {
  readonly human: readonly HumanTune[];
  readonly after: readonly number[];
  readonly made: readonly TrialTune[];
  /** By the network without grammar. */
  readonly alone: readonly TrialTune[] | null;
  readonly seed: number;
}

/** Results for all tunes together, then for each type with enough tunes. */
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
