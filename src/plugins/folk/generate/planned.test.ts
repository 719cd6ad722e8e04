import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openComposerModel } from '../../../host/compose/open-composer.js';
import { PITCHES } from '../codec/grammar-tokens.js';
import { folkCodec } from '../codec/index.js';
import { stepOf } from '../codec/note-signs.js';
import { PlannedGrammar } from '../plan/grammar.js';
import { planOf } from '../plan/plan.js';
import { barredTune } from '../rework/bars.js';
import { reworkTunes } from '../rework/tune.js';
import { type TuneModel, tuneModelOf } from './model.js';
import { primeOf } from './prime.js';
import { resolveRequest } from './rules.js';
import { type Asked, makeTunes } from './tunes.js';

const REQUEST = { type: 'jig', key: 'G', form: 'AABB', bars: 8, range: 'D4-B5' };
const ORDER = { bestOf: 1, temperature: 1, topP: 1, seed: 5, lookAhead: 8 };

let model: TuneModel;
beforeAll(async () => {
  model = await tuneModelOf(await openComposerModel('folk', { model: 'folk-plan' }));
});
afterAll(() => model.engine.dispose());

function made(asked: readonly Asked[], count: number): number[][] {
  return [...makeTunes(model, { ...ORDER, asked, count })].map(({ tokens }) => folkCodec.read(tokens));
}

it('makes tunes of the form asked for, the same ones again, whatever grows beside them', () => {
  const asked = [{ request: REQUEST, rules: resolveRequest(REQUEST, model.learnt), prime: [] }];
  const tunes = made(asked, 3);
  expect(made(asked, 1)).toEqual(tunes.slice(0, 1));
  for (const tokens of tunes) {
    const bars = planOf(tokens).units.map(({ bars }) => bars.length);
    // Each part is a unit, and so is each second ending.
    expect(bars.filter((count) => count > 2)).toEqual([8, 8]);
  }
}, 120_000);

it('adds what the grammar does to the logits', () => {
  const bias = vi.spyOn(PlannedGrammar.prototype, 'bias').mockImplementation((logits) => {
    for (const { token, step } of PITCHES) if (step % 7 !== 0) logits[token]! -= 100;
  });
  const asked = [{ request: REQUEST, rules: resolveRequest(REQUEST, model.learnt), prime: [] }];
  const [tokens] = made(asked, 1);
  bias.mockRestore();
  const steps = tokens!.map(stepOf).filter((step) => step !== null);
  expect(steps.length).toBeGreaterThan(40);
  expect(steps.every((step) => step % 7 === 0)).toBe(true);
}, 120_000);

const GIVEN = 'X:1\nR:jig\nM:6/8\nL:1/8\nK:G\n|:D|GAB AGE|GED DEG|BAB ged|BAG A2';

it('goes on from a beginning', () => {
  const asked = [{ request: REQUEST, ...primeOf(GIVEN, REQUEST, model.learnt) }];
  const [tokens] = made(asked, 1);
  expect(tokens!.slice(0, asked[0]!.prime.length)).toEqual(asked[0]!.prime);
}, 120_000);

it('makes bars anew and leaves the others', () => {
  const tune = barredTune(`${GIVEN}B|GAB AGE|GED DEG|BAB gfe|dBA G2:|\n`);
  const order = { tune, what: { redo: '3-4' }, range: 'any', count: 1, candidates: 8, ...ORDER };
  const [reworked] = reworkTunes(model, order);
  const tokens = folkCodec.read(reworked!.tokens);
  const [from, to] = [tune.bars[3]!.from, tune.bars[4]!.to];
  expect(tokens.slice(0, from)).toEqual(tune.tokens.slice(0, from));
  expect(tokens.slice(to - tune.tokens.length)).toEqual(tune.tokens.slice(to));
  expect(tokens).not.toEqual(tune.tokens);
}, 120_000);
