import { describe, expect, it } from 'vitest';
import { uniform } from '../../model/random.js';
import { unitKnowledge } from './unit-knowledge.js';

const STEPS = 600;
const UNITS = 12;
const options = { seed: 1, shuffles: 99, best: 3 };
const steps = Array.from({ length: STEPS }, (_, step) => step);
/** Bars of 6 to 10 tokens, so that a bar is no fixed number of tokens. */
const place: number[] = [];
for (let bar = 0; place.length < STEPS; bar++)
  for (let at = 0; at < 6 + Math.floor(uniform(9, 1, bar) * 5); at++) place.push(at);
const feature = { name: 'place', values: place.slice(0, STEPS) };

/** Units that wander, each as slowly as music changes. */
function wandering(seed: number): Float32Array {
  const values = new Float32Array(STEPS * UNITS);
  for (let unit = 0; unit < UNITS; unit++) {
    let value = 0;
    for (const step of steps) {
      value = 0.9 * value + 0.3 * (uniform(seed, unit, step) - 0.5);
      values[step * UNITS + unit] = value;
    }
  }
  return values;
}

const activations = (values: Float32Array) => ({ steps: STEPS, layers: [{ units: UNITS, values }] });

describe('unitKnowledge', () => {
  it('finds a unit that follows, in a straight line or not, and how far chance goes', () => {
    const values = wandering(1);
    for (const step of steps) {
      values[step * UNITS + 4] = place[step]! / 10 + 0.05 * uniform(2, 0, step);
      values[step * UNITS + 7] = place[step] === 3 ? 0.8 : -0.1;
    }
    const found = unitKnowledge(feature, activations(values), options)!;
    expect(
      found.units
        .slice(0, 2)
        .map(({ unit }) => unit)
        .sort(),
    ).toEqual([4, 7]);
    const line = found.units.find(({ unit }) => unit === 4)!;
    expect(line.explained).toBeGreaterThan(0.95);
    expect(line.correlation).toBeGreaterThan(0.98);
    expect(line.chance).toBe(0.01);
    expect(Math.abs(found.units.find(({ unit }) => unit === 7)!.correlation)).toBeLessThan(0.3);
    expect(found.above).toBe(2);
    expect(found.threshold).toBeLessThan(0.3);
  });

  it('shows no chance as knowledge: where no unit follows, about one feature in twenty is above the threshold', () => {
    let above = 0;
    for (let seed = 10; seed < 50; seed++) {
      const slow = wandering(1000 + seed).filter((_, index) => index % UNITS === 0);
      const values = [...slow].map((value) => Math.round(10 * value));
      const found = unitKnowledge({ name: 'slow', values }, activations(wandering(seed)), {
        ...options,
        shuffles: 39,
      });
      if (found!.above > 0) above++;
    }
    expect(above).toBeLessThan(8);
  });

  it('leaves out units that hardly move', () => {
    const values = new Float32Array(STEPS * UNITS);
    for (const step of steps) values[step * UNITS] = 0.001 * place[step]!;
    expect(unitKnowledge(feature, activations(values), options)!.units[0]!.explained).toBe(0);
  });

  it('says nothing of what is constant, or known at few steps', () => {
    const all = activations(wandering(1));
    expect(unitKnowledge({ name: 'same', values: steps.map(() => 3) }, all, options)).toBe(null);
    expect(
      unitKnowledge({ name: 'rare', values: steps.map((step) => (step < 20 ? step : null)) }, all, options),
    ).toBe(null);
  });
});
