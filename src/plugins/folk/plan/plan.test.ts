import { describe, expect, it } from 'vitest';
import { readAbc } from '../../../music/abc/read.js';
import { folkCodec } from '../codec/codec.js';
import { folkPlanCodec } from './codec.js';
import { withoutPlan, withPlan } from './interleave.js';
import { CLOSE, HALF_CLOSE, OPEN, planOf } from './plan.js';
import { NEW, SEQUENCE, VARIED } from './relations.js';
import { toldNothing, toldPlan } from './told.js';
import { folkPlanning, NOW, PLAN_FIRST, planVocabulary } from './vocabulary.js';

/** An original tune, written for this test. */
const TUNE = `X:1
T:One
R:jig
M:6/8
L:1/8
K:C
|:G|c2e gec|fdf a2f|gec cde|d2B G2G|c2e gec|fdf a2f|gfe dcB|c3 c2:|
|:g|c'bc' gec|a2f fga|bab gab|c'2g g2g|c'bc' gec|aba fga|gfe dcB|1 c3 c2:|2 c3 c3|]
`;

function tokensOf(abc: string): number[] {
  return folkCodec.encode(readAbc(abc)[0]!.tune!).tokens!;
}

const TOKENS = tokensOf(TUNE);

describe('the plan of a tune', () => {
  const { units, segments } = planOf(TOKENS);

  it('has a unit for each part and for a second ending, and takes no upbeat for a bar', () => {
    expect(units.map(({ bars }) => bars.length)).toEqual([8, 8, 1]);
    expect(segments.filter(({ upbeat }) => upbeat).map(({ unit, bar }) => [unit, bar])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('hears the chords', () => {
    const chords = units[0]!.bars.map(({ first, second }) => [first, second]);
    expect(chords.slice(0, 4)).toEqual([
      [0, 0],
      [3, 3],
      [0, 0],
      [4, 4],
    ]);
    expect(chords.at(-1)).toEqual([0, 0]);
  });

  it('knows a half close from a close', () => {
    const cadences = units.map(({ bars }) => bars.map(({ cadence }) => cadence));
    expect(cadences[0]).toEqual([0, 0, 0, HALF_CLOSE, 0, 0, 0, CLOSE]);
    expect(cadences[1]).toEqual([0, 0, 0, OPEN, 0, 0, 0, CLOSE]);
  });

  it('finds bars that are said again, four bars before and at the same place of the unit before', () => {
    const again = units.map(({ bars }) => bars.map(({ again }) => again && [again.unit, again.bar]));
    expect(again[0]!.map((said) => said ?? null)).toEqual([
      null,
      null,
      null,
      null,
      [0, 0],
      [0, 1],
      null,
      null,
    ]);
    expect(again[1]!.slice(4)).toEqual([[0, 0], undefined, [1, 6], [1, 7]]);
  });

  it('knows a bar that varies another, and one that is another moved', () => {
    expect(units[1]!.bars[5]!.relation).toBe(VARIED);
    const moved = planOf(tokensOf('M:4/4\nL:1/8\nK:C\nCDEF G2E2|DEFG A2F2|c4 c4|'.replace(/^/, 'X:1\n')));
    expect(moved.units[0]!.bars.map(({ relation }) => relation)).toEqual([NEW, SEQUENCE, NEW]);
  });

  it('hears that a part lies higher', () => {
    const mean = (unit: number) =>
      units[unit]!.bars.reduce((sum, { register }) => sum + register, 0) / units[unit]!.bars.length;
    expect(mean(1)).toBeGreaterThan(mean(0) + 1);
  });

  it('goes on in another unit after eight bars without a sign', () => {
    const { units } = planOf(tokensOf(`X:1\nM:2/4\nL:1/8\nK:C\n${'cdeg|'.repeat(11)}`));
    expect(units.map(({ bars }) => bars.length)).toEqual([8, 3]);
  });

  it('is empty where there is no music', () => {
    expect(planOf(folkCodec.read('M:4/4 K:Cmaj </s>'))).toEqual({ units: [], segments: [] });
  });
});

describe('folk-plan-1', () => {
  it('keeps the classes of folk-session-1, and its name for good', () => {
    const { vocabulary } = folkPlanCodec;
    expect(PLAN_FIRST).toBe(folkCodec.vocabulary.size);
    expect(vocabulary.size).toBe(584);
    expect(vocabulary.hash).toBe(planVocabulary.hash);
    for (const token of [0, 137, 402])
      expect(vocabulary.describe(token)).toBe(folkCodec.vocabulary.describe(token));
  });

  it('says a plan before its music, and what it said of a bar again before that bar', () => {
    const planned = folkPlanCodec.encode(readAbc(TUNE)[0]!.tune!).tokens!;
    expect(planned).toEqual(withPlan(TOKENS));
    expect(withoutPlan(planned)).toEqual(TOKENS);
    expect(folkPlanCodec.write(planned.slice(4, 24))).toBe(
      '{I 4} {I} {IV 5} {IV} {I 4} {I} {V 2} {V, half close} {bar 1 of this unit} {bar 2 of this unit} ' +
        '{I 4} {I} {I 3} {I, close} {upbeat} {I 4} G | {I} {IV 5}',
    );
    expect(planned).not.toContain(NOW);
    expect(folkPlanCodec.decode(planned)).toEqual(folkCodec.decode(TOKENS));
  });

  it('tells trainers which of its tokens tell of earlier bars', () => {
    const { told, again } = folkPlanning;
    expect(told.first + told.classes.length).toBe(again);
    expect(new Set(told.classes)).toEqual(new Set([0, 1, 2, 3]));
  });
});

describe('what is told of a tune that is there', () => {
  it('stands before each bar', () => {
    expect(toldPlan(TOKENS, new Set()).slice(0)).toEqual(withPlan(TOKENS));
    expect(toldNothing(TOKENS).slice(0)).toEqual(TOKENS);
  });

  it('says of a bar that is made anew, and of those that said it, what they are rather than which', () => {
    const { segments } = planOf(TOKENS);
    const first = segments.find(({ upbeat }) => !upbeat)!;
    const told = toldPlan(TOKENS, new Set([first.start]));
    const fifth = segments.find(({ unit, bar }) => unit === 0 && bar === 4)!;
    expect(folkPlanCodec.write(told.before(fifth.start))).toBe('{I} {IV 5}');
    expect(withoutPlan(told.slice(0))).toEqual(TOKENS);
  });
});
