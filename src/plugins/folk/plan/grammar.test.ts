import { describe, expect, it } from 'vitest';
import { uniform } from '../../../model/random.js';
import { folkCodec } from '../codec/codec.js';
import { FolkGrammar } from '../codec/grammar.js';
import { resolveRequest } from '../generate/rules.js';
import { GivenPlan } from './given.js';
import { PlannedGrammar } from './grammar.js';
import { planOf } from './plan.js';
import { bodyToken, PLAN_FIRST, PLAN_SIGNS, planVocabulary } from './vocabulary.js';

const REQUEST = { type: 'jig', key: 'G', form: 'AABB', bars: 8, range: 'fiddle' };

/**
 * Draws a tune with a random choice among the allowed tokens, so that everything the grammar allows happens sooner or
 * later.
 */
function drawn(grammar: PlannedGrammar, seed: number) {
  const mask = new Uint8Array(planVocabulary.size);
  const written: number[] = [];
  const heard: number[] = [];
  for (let step = 0; !grammar.done; step++) {
    if (step > 5000) throw new Error('it does not end');
    let token = grammar.forcedToken;
    if (token === undefined) {
      mask.fill(1);
      grammar.forbid(mask);
      const allowed = [...mask.keys()].filter((token) => mask[token] === 1);
      expect(allowed.length).toBeGreaterThan(0);
      // About half the bars repeat an earlier one.
      const again = allowed.filter((token) => PLAN_SIGNS[token - PLAN_FIRST]?.kind === 'again');
      const choice = again.length > 0 && uniform(seed, 2, step) < 0.5 ? again : allowed;
      token = choice[Math.floor(uniform(seed, 1, step) * choice.length)]!;
    }
    heard.push(grammar.advance(token, written));
  }
  return { written, heard };
}

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

describe('a tune that is planned', () => {
  it.each([
    REQUEST,
    { ...REQUEST, type: 'reel', form: 'AB', bars: 12 },
    { ...REQUEST, form: 'ABAB', bars: 4 },
  ])('is one that the grammar of music takes, whatever is drawn: $form, $bars bars', (request) => {
    const rules = resolveRequest(request);
    for (const seed of SEEDS) {
      const { written } = drawn(new PlannedGrammar(rules), seed);
      const grammar = new FolkGrammar(rules);
      for (const token of written) grammar.accept(token);
      expect(grammar.done).toBe(true);
    }
  });

  it('is planned bar for bar, as the form has them, and keeps what says a bar again', () => {
    let [again, kept] = [0, 0];
    for (const seed of SEEDS) {
      const grammar = new PlannedGrammar(resolveRequest(REQUEST));
      const { written } = drawn(grammar, seed);
      const read = planOf(written);
      const whole = grammar.plans.filter((bars) => bars.length === 8);
      expect(whole).toHaveLength(2);
      const music = (unit: number, bar: number) => {
        const { start, end } = read.segments.find((s) => s.unit === unit && s.bar === bar && !s.upbeat)!;
        return folkCodec.write(written.slice(start, end));
      };
      if (read.units.length !== 2) continue;
      for (const [bar, plan] of grammar.plans[0]!.entries()) {
        // The last bar may be shorter, by the upbeat.
        if (plan.again === undefined || bar === 7) continue;
        again++;
        if (music(0, bar) === music(0, plan.again.bar)) kept++;
      }
    }
    expect(again).toBeGreaterThan(20);
    // A tie into the bar, or an accidental in force, may make the repeated bar illegal.
    expect(kept / again).toBeGreaterThan(0.7);
  });

  it('says a cadence at the ends of phrases and nowhere else', () => {
    for (const seed of SEEDS.slice(0, 10)) {
      const grammar = new PlannedGrammar(resolveRequest(REQUEST));
      drawn(grammar, seed);
      for (const [at, { again, cadence }] of grammar.plans[0]!.entries())
        if (again === undefined) expect(cadence > 0, `bar ${at + 1}`).toBe(at === 3 || at === 7);
    }
  });

  it('goes on from a beginning, whose plan it reads off', () => {
    const given = folkCodec.read(
      'R:jig M:6/8 K:Cmaj |: G | c 2 e g e c | f d f a 2 f | g e c c d e | d 2 B G 2 G | c 2 e',
    );
    const grammar = new PlannedGrammar(resolveRequest(REQUEST), new GivenPlan(given));
    const { written, heard } = drawn(grammar, 3);
    expect(written.slice(0, given.length)).toEqual(given);
    const read = planOf(given).units[0]!.bars;
    expect(grammar.plans[0]!.slice(0, 4)).toEqual(read.slice(0, 4));
    expect(heard).toContain(bodyToken(read[3]!));
  });
});
