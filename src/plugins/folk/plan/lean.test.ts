import { describe, expect, it } from 'vitest';
import type { Meter } from '../../../music/abc/tune.js';
import { PITCHES } from '../codec/grammar-tokens.js';
import { leanTo } from './lean.js';
import { type BarPlan, CLOSE, NO_CADENCE } from './plan.js';
import { NEW } from './relations.js';
import { planVocabulary } from './vocabulary.js';

const REEL: Meter = { num: 4, den: 4 };
/** First half on the tonic chord, second half on the dominant. */
const PLAN: BarPlan = { first: 0, second: 4, register: 2, relation: NEW, cadence: NO_CADENCE };
/** Staff steps above middle C. */
const [TONIC, SECOND, FIFTH] = [7, 8, 11];

function leant(plan: BarPlan, at: number, meter: Meter | null = REEL): Float32Array {
  const logits = Float32Array.from({ length: planVocabulary.size }, (_, token) => Math.sin(token));
  leanTo(logits, plan, at, meter);
  return logits;
}

function odds(logits: Float32Array, step: number, other: number): number {
  const of = (wanted: number) => PITCHES.find((pitch) => pitch.step === wanted)!.token;
  return logits[of(step)]! - logits[of(other)]! - (Math.sin(of(step)) - Math.sin(of(other)));
}

function chance(logits: Float32Array, tokens: readonly number[]): number {
  const all = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return tokens.reduce((sum, token) => sum + Math.exp(logits[token]!), 0) / all;
}

describe('leaning to a planned chord', () => {
  it('makes its notes likelier, most where a half of the bar begins', () => {
    const [begins, beat] = [0, 2].map((at) => odds(leant(PLAN, at), TONIC, SECOND));
    expect(begins).toBeGreaterThan(beat!);
    expect(beat).toBeGreaterThan(0.5);
    expect(odds(leant(PLAN, 4), FIFTH, TONIC)).toBeGreaterThan(1);
    expect(odds(leant(PLAN, 4), SECOND, TONIC)).toBeGreaterThan(1);
  });

  it('leaves notes between beats, the end of a phrase and free music as they are', () => {
    const untouched = leant(PLAN, 0, null);
    expect(leant(PLAN, 1)).toEqual(untouched);
    expect(leant({ ...PLAN, cadence: CLOSE }, 4)).toEqual(untouched);
    expect(odds(leant({ ...PLAN, cadence: CLOSE }, 0), TONIC, SECOND)).toBeGreaterThan(1);
  });

  it('leaves it as likely as it was that a note comes next', () => {
    const pitches = PITCHES.map(({ token }) => token);
    expect(chance(leant(PLAN, 0), pitches)).toBeCloseTo(chance(leant(PLAN, 0, null), pitches), 6);
  });

  it('leaves what is forbidden forbidden', () => {
    const logits = new Float32Array(planVocabulary.size).fill(Number.NEGATIVE_INFINITY);
    leanTo(logits, PLAN, 0, REEL);
    expect(logits.every((logit) => logit === Number.NEGATIVE_INFINITY)).toBe(true);
  });
});
