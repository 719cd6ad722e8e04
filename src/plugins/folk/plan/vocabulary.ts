import { fnv1a64 } from '../../../codec/hash.js';
import { range, type Vocabulary, vocabulary } from '../../../codec/vocabulary.js';
import { folkSymbols, folkVocabulary, folkWord } from '../codec/vocabulary.js';
import { RANGES } from '../codec/words.js';
import { DEGREES } from './chords.js';
import { type BarPlan, CADENCES, type EarlierBar, REGISTERS, SOURCES, UNIT_BARS } from './plan.js';
import { RELATIONS } from './relations.js';

const NUMERALS = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII'] as const;
/** A bar begins; an upbeat begins; no bar of the unit follows. */
const MARKS = ['now', 'upbeat', 'last'] as const;

const folkRanges = Object.entries(RANGES).map(([name, words]) =>
  range(name, { word: words.length }, ({ word }) => words[word]!),
);

/** folk-session-1's classes in their order, then those of plans: of a bar first its head, then its body, or the bar that it says again. */
export const planVocabulary: Vocabulary = vocabulary(
  `folk-plan-1 ${fnv1a64(Array.from({ length: folkVocabulary.size }, (_, token) => folkWord(token)).join(' '))}`,
  [
    ...folkRanges,
    range(
      'plan head',
      { chord: DEGREES, register: REGISTERS },
      ({ chord, register }) => `{${NUMERALS[chord]} ${register + 1}}`,
    ),
    range(
      'plan body',
      { chord: DEGREES, relation: RELATIONS.length, cadence: CADENCES.length },
      ({ chord, relation, cadence }) =>
        `{${[
          NUMERALS[chord]!,
          relation > 0 ? RELATIONS[relation]! : '',
          cadence > 0 ? CADENCES[cadence]! : '',
        ]
          .filter((word) => word !== '')
          .join(', ')}}`,
    ),
    range(
      'plan again',
      { unit: SOURCES.length, bar: UNIT_BARS },
      ({ unit, bar }) => `{bar ${bar + 1} of ${SOURCES[unit]}}`,
    ),
    range('plan marks', { mark: MARKS.length }, ({ mark }) => `{${MARKS[mark]}}`),
  ],
);

const first = (name: string) => planVocabulary.ranges.find((entry) => entry.name === name)!.first;
export const PLAN_FIRST = first('plan head');
const [BODY, AGAIN, MARK] = [first('plan body'), first('plan again'), first('plan marks')];
/** A bar begins: what the network says in place of what is told it of the bar. Never fed. */
export const NOW = MARK;
/** An upbeat begins. */
export const UPBEAT = MARK + 1;
/** No bar of the unit follows. */
export const LAST = MARK + 2;

export function isPlanToken(token: number): boolean {
  return token >= PLAN_FIRST;
}

export function headToken({ first, register }: BarPlan): number {
  return planVocabulary.token('plan head', { chord: first, register });
}

/** What a bar is told to be: its second chord, relation and cadence, or which bar it says again. */
export function bodyToken(bar: BarPlan): number {
  if (bar.again) return planVocabulary.token('plan again', { ...bar.again });
  const { second, relation, cadence } = bar;
  return planVocabulary.token('plan body', { chord: second, relation, cadence });
}

/** What a token says of a bar. */
export type PlanSign =
  | { readonly kind: 'head'; readonly first: number; readonly register: number }
  | { readonly kind: 'body'; readonly second: number; readonly relation: number; readonly cadence: number }
  | { readonly kind: 'again'; readonly again: EarlierBar }
  | { readonly kind: 'now' | 'upbeat' | 'last' };

/** By token, from {@link PLAN_FIRST} on. */
export const PLAN_SIGNS: readonly PlanSign[] = Array.from(
  { length: planVocabulary.size - PLAN_FIRST },
  (_, index) => signOf(PLAN_FIRST + index),
);

function signOf(token: number): PlanSign {
  const { values } = planVocabulary.read(token);
  const said = values as Readonly<Record<string, number>>;
  if (token < BODY) return { kind: 'head', first: said.chord!, register: said.register! };
  if (token < AGAIN)
    return { kind: 'body', second: said.chord!, relation: said.relation!, cadence: said.cadence! };
  if (token < MARK) return { kind: 'again', again: { unit: said.unit!, bar: said.bar! } };
  return { kind: (['now', 'upbeat', 'last'] as const)[token - MARK]! };
}

/** What a trainer is to know of them: see training/torch/planning.py. */
export const folkPlanning = {
  /** From here on tokens are a plan's. */
  first: PLAN_FIRST,
  again: AGAIN,
  marks: MARK,
  now: NOW,
  upbeat: UPBEAT,
  /** Of a bar that is told its relation to earlier ones, which; (token - first). */
  told: {
    first: BODY,
    classes: Array.from({ length: AGAIN - BODY }, (_, index) => {
      const sign = PLAN_SIGNS[BODY + index - PLAN_FIRST]!;
      return sign.kind === 'body' ? sign.relation : 0;
    }),
  },
  /** A bar's music ends before these. */
  ends: folkSymbols.flatMap(({ kind }, token) =>
    kind === 'bar' || kind === 'volta' || kind === 'end' ? [token] : [],
  ),
};
