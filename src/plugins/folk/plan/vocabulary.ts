import { fnv1a64 } from '../../../codec/hash.js';
import { range, type Vocabulary, vocabulary } from '../../../codec/vocabulary.js';
import { folkSymbols, folkVocabulary, folkWord } from '../codec/vocabulary.js';
import { RANGES } from '../codec/words.js';
import { DEGREES } from './chords.js';
import { type BarPlan, CADENCES, type EarlierBar, REGISTERS, SOURCES, UNIT_BARS } from './plan.js';
import { RELATIONS } from './relations.js';

const NUMERALS = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII'] as const;
/** A bar begins; an upbeat begins; the unit has no further bar. */
const MARKS = ['now', 'upbeat', 'last'] as const;

const folkRanges = Object.entries(RANGES).map(([name, words]) =>
  range(name, { word: words.length }, ({ word }) => words[word]!),
);

/**
 * The classes of folk-session-1 in order, then the plan tokens. A bar's plan is a head and a body, or a token for the
 * earlier bar that it repeats.
 */
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
/**
 * A bar begins. The network outputs this token; the grammar then feeds the bar's plan tokens instead, so it is never
 * an input.
 */
export const NOW = MARK;
/** An upbeat begins. */
export const UPBEAT = MARK + 1;
/** The unit has no further bar. */
export const LAST = MARK + 2;

export function isPlanToken(token: number): boolean {
  return token >= PLAN_FIRST;
}

/** Head token of a bar: first chord and register. */
export function headToken({ first, register }: BarPlan): number {
  return planVocabulary.token('plan head', { chord: first, register });
}

/** Body token of a bar: second chord, relation and cadence, or the earlier bar that it repeats. */
export function bodyToken(bar: BarPlan): number {
  if (bar.again) return planVocabulary.token('plan again', { ...bar.again });
  const { second, relation, cadence } = bar;
  return planVocabulary.token('plan body', { chord: second, relation, cadence });
}

/** Meaning of a plan token. */
export type PlanSign =
  | { readonly kind: 'head'; readonly first: number; readonly register: number }
  | { readonly kind: 'body'; readonly second: number; readonly relation: number; readonly cadence: number }
  | { readonly kind: 'again'; readonly again: EarlierBar }
  | { readonly kind: 'now' | 'upbeat' | 'last' };

/** Meaning of each plan token. Index: token - {@link PLAN_FIRST}. */
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

/** Facts about plan tokens for the trainer: see training/torch/planning.py. */
export const folkPlanning = {
  /** The first plan token; all later ones are plan tokens too. */
  first: PLAN_FIRST,
  again: AGAIN,
  marks: MARK,
  now: NOW,
  upbeat: UPBEAT,
  /** The relation of each body token to earlier bars. Index: token - first. */
  told: {
    first: BODY,
    classes: Array.from({ length: AGAIN - BODY }, (_, index) => {
      const sign = PLAN_SIGNS[BODY + index - PLAN_FIRST]!;
      return sign.kind === 'body' ? sign.relation : 0;
    }),
  },
  /** Tokens that end a bar's music. */
  ends: folkSymbols.flatMap(({ kind }, token) =>
    kind === 'bar' || kind === 'volta' || kind === 'end' ? [token] : [],
  ),
};
