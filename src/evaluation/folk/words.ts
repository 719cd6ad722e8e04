import { columns } from '../../columns.js';
import type { Comparison } from './distance.js';
import { type FolkResult, type GroupResult, NEAR, type SetResult } from './result.js';
import { MEASURE_NAMES, MEASURES, type Measure } from './statistics.js';
import { type AnyJudge, JUDGE_NAMES } from './trial/trial.js';

/** The result as text for the terminal. */
export function folkWords(result: FolkResult): string {
  const { sets } = result;
  return [
    modelWords(result),
    '',
    ...columns(judgeRows(result)),
    ...complaints(sets),
    ...sets.flatMap(grammarWords),
    '',
    ...statisticsWords(result),
    '',
  ].join('\n');
}

/** The model that made the tunes, with the settings. */
export function modelWords({ model, modelHash, temperature, bestOf, lookAhead, seed }: FolkResult): string {
  const best = bestOf > 1 ? `the best of ${bestOf} candidates, ` : '';
  return `${model} ${modelHash}, temperature ${temperature}, look-ahead ${lookAhead}, ${best}seed ${seed}`;
}

/** Rows of the judges' results, one column per set. */
export function judgeRows({ sets, abc2midi }: FolkResult): string[][] {
  const row = (name: string, say: (set: SetResult) => string) => [name, ...sets.map(say)];
  return [
    row('asked for:', ({ asked }) => asked),
    row('made by:', ({ by }) => by),
    row('tunes', ({ tunes }) => String(tunes)),
    ...(Object.keys(JUDGE_NAMES) as AnyJudge[]).flatMap((judge) =>
      judge === 'abc2midi' && abc2midi === null
        ? [row(JUDGE_NAMES[judge], () => 'abc2midi is not installed')]
        : [
            row(JUDGE_NAMES[judge], ({ tunes, failing }) =>
              failing[judge] ? String(tunes - failing[judge].tunes) : 'not told',
            ),
          ],
    ),
    row('all of these', ({ clean }) => String(clean)),
    row('came to an end', ({ tunes, unended }) => String(tunes - unended)),
    row('tunes a second', ({ tunesASecond }) => tunesASecond.toFixed(1)),
    row("tunes a second of the processor's time", ({ tunesAProcessorSecond }) =>
      tunesAProcessorSecond.toFixed(1),
    ),
    row('tokens a second', ({ tokensASecond }) => tokensASecond.toFixed(0)),
  ];
}

function complaints(sets: readonly SetResult[]): string[] {
  return sets
    .filter(({ by }) => by === 'grammar')
    .flatMap(({ failing }) =>
      Object.entries(failing).flatMap(([judge, { such }]) => such.map((what) => `  ${judge}: ${what}`)),
    );
}

/** How far the grammar intervened in a set of tunes; empty for a set made without it. */
export function grammarWords({ asked, grammar }: SetResult): string[] {
  if (!grammar) return [];
  const { meanCut, forcedShare, natsPerToken, maskMicroseconds } = grammar;
  return [
    `Asked for ${asked}: the grammar forbade ${percent(meanCut)} of the probability a token, left no choice in ${percent(forcedShare)} of the notes' tokens, took ${maskMicroseconds.toFixed(1)} microseconds a token; the tunes cost the network ${natsPerToken.toFixed(3)} nats a token`,
  ];
}

function statisticsWords(result: FolkResult): string[] {
  const { statistics } = result;
  if (!statistics) return ['Compared with nothing: --data DATASET or --held-out FILE names held-out tunes.'];
  return [
    statisticsLead(result),
    ...statistics.groups.flatMap((group) => [
      '',
      `${group.name}: ${group.human} held-out tunes, ${group.made} made`,
      ...columns(groupRows(group)).map((line) => `  ${line}`),
    ]),
  ];
}

/** The number of tunes compared, and of those left out. */
export function statisticsLead({ statistics }: FolkResult): string {
  const left = Object.entries(statistics?.leftOut ?? {}).sort(([, a], [, b]) => b - a);
  const number = left.reduce((sum, [, count]) => sum + count, 0);
  const { from, groups } = statistics!;
  if (groups.length === 0)
    return `Too few tunes were made to compare them with those of ${from}: ask for at least 4.`;
  const why = left.map(([reason, count]) => `${count}: ${reason.replace(/\.$/, '')}`).join('; ');
  return (
    `Compared with ${groups[0]?.human ?? 0} held-out tunes of ${from}` +
    (number === 0 ? '.' : `, without ${number} that one cannot ask for (${why}).`)
  );
}

/** Rows of one group, starting with the header row. */
export function groupRows({ measures, alone }: GroupResult): string[][] {
  return [
    [
      '',
      'by people',
      'made',
      'halves apart',
      'made apart',
      'times',
      `within ${NEAR}`,
      ...(alone ? ['network alone'] : []),
    ],
    ...MEASURE_NAMES.map((measure) => {
      const compared = measures[measure];
      return [
        MEASURES[measure].name,
        ...[compared.human, compared.made].map((value) => sayValue(measure, value)),
        ...[compared.halves, compared.replaced].map((value) => sayDistance(measure, value)),
        compared.ratio.toFixed(2),
        compared.near ? 'yes' : 'no',
        ...(alone ? [alone[measure].ratio.toFixed(2)] : []),
      ];
    }),
  ];
}

/** The mean as text; a dash for a histogram, which one number cannot summarise. */
function sayValue(measure: Measure, value: Comparison['human']): string {
  if (MEASURES[measure].categories !== null) return '-';
  return measure === 'notesABar' ? value[0]!.toFixed(2) : percent(value[0]!);
}

function sayDistance(measure: Measure, value: number): string {
  return measure === 'notesABar' ? value.toFixed(2) : percent(value);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
