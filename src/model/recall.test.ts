import { describe, expect, it } from 'vitest';
import { kerasNetwork } from './keras-init.js';
import { openEngine } from './open.js';
import { parseRecall, type RecallSpec, withRecall } from './recall.js';
import { Past, SHARES } from './recall-past.js';

const CLASSES = 12;
const BAR = 9;
const boundary = Uint8Array.from({ length: CLASSES }, (_, token) => (token === BAR ? 1 : 0));
const network = kerasNetwork(
  { inputClasses: CLASSES, embedding: 4, layers: [{ cell: 'lstm', units: 16 }], outputClasses: CLASSES },
  5,
);
const spec: RecallSpec = { boundaries: [BAR], shares: Array.from({ length: SHARES }, () => 0.75) };

function stood(tokens: readonly number[]): { past: Past; cell: number; heard: Record<number, number> } {
  const past = new Past(boundary);
  for (const token of tokens) past.push(token);
  const cell = past.look();
  const heard = Object.fromEntries(
    Array.from({ length: past.heard }, (_, i) => [past.tokens[i]!, past.shareOf(i)]),
  );
  return { past, cell, heard };
}

describe('what is recalled', () => {
  const bars = [1, 2, 3, BAR, 4, 5, BAR, 1, 2, 3, BAR];

  // The same cases as in training/torch/test_recall.py, which counts the shares.
  it('is what came next where a bar began like this', () => {
    expect(stood(bars.slice(0, 3)).cell).toBe(-1);
    expect(stood(bars.slice(0, 5)).cell).toBe(-1);
    expect(stood(bars.slice(0, 7)).heard).toEqual({ 1: 0.5, 4: 0.5 });
    expect(stood(bars.slice(0, 10))).toMatchObject({ cell: 3 * 6 * 3 + 2, heard: { [BAR]: 1 } });
  });

  it('weighs more the more there is in common before', () => {
    const { cell, heard } = stood([7, 7, BAR, 1, BAR, 7, 7, BAR]);
    expect(Math.floor(cell / 3) % 6).toBe(2);
    expect(heard[1]).toBe(81 / 85);
  });

  it('goes back a bounded way', () => {
    const tokens = Array.from({ length: 5000 }, (_, at) => (at % 8 === 7 ? BAR : at % 7));
    const whole = stood(tokens);
    expect(whole.heard).toEqual(stood(tokens.slice(-512)).heard);
  });
});

describe('an engine that remembers', () => {
  const tokens = [1, 2, 3, BAR, 4, 5, 6, BAR, 1];

  it('mixes the distribution of the network with what it recalls', async () => {
    const alone = await openEngine(network, { precision: 'float32' });
    const engine = withRecall(await openEngine(network, { precision: 'float32' }), spec);
    const [a, b] = [alone.createState(), engine.createState()];
    let [p, mixed]: Float64Array[] = [];
    for (const token of tokens) {
      p = softmax(alone.step([a], [token]));
      mixed = softmax(engine.step([b], [token]));
    }
    const expected = p!.map((share, token) => 0.25 * share + (token === 2 ? 0.75 : 0));
    expected.forEach((share, token) => {
      expect(mixed![token]).toBeCloseTo(share, 6);
    });
  });

  it('goes back to a snapshot, past and all', async () => {
    const engine = withRecall(await openEngine(network), spec);
    const state = engine.createState();
    for (const token of tokens) engine.step([state], [token]);
    const kept = state.snapshot();
    const first = engine.step([state], [2]).slice();
    engine.step([state], [BAR]);
    state.restore(kept);
    expect(engine.step([state], [2])).toEqual(first);
    const other = engine.createState();
    other.restore(kept);
    expect(engine.step([other], [2])).toEqual(first);
    other.reset();
    const fresh = engine.createState();
    expect(engine.step([other], [1]).slice()).toEqual(engine.step([fresh], [1]).slice());
  });

  it('refuses states and snapshots of others', async () => {
    const engine = withRecall(await openEngine(network), spec);
    const plain = await openEngine(network);
    expect(() => engine.step([plain.createState()], [1])).toThrow(
      expect.objectContaining({ code: 'STATE_SHAPE' }),
    );
    expect(() => engine.createState().restore(plain.createState().snapshot())).toThrow(
      expect.objectContaining({ code: 'STATE_SHAPE' }),
    );
  });
});

describe("a folder's recall", () => {
  it.each([
    [{ ...spec, boundaries: [CLASSES] }, 'tokens from 0 to 11'],
    [{ ...spec, shares: [0.5] }, `${SHARES} numbers`],
    [{ ...spec, shares: spec.shares.map(() => 1) }, 'below 1'],
    [{ boundaries: [1] }, 'shares'],
    ['yes', 'object'],
  ])('is refused where it is none: %#', (value, said) => {
    expect(() => parseRecall(value, CLASSES)).toThrow(
      expect.objectContaining({ code: 'MODEL_BROKEN', message: expect.stringContaining(said) }),
    );
  });

  it('may be absent', () => {
    expect(parseRecall(undefined, CLASSES)).toBeUndefined();
  });
});

function softmax(logits: Float32Array): Float64Array {
  const weights = Float64Array.from(logits, Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
