import { describe, expect, it } from 'vitest';
import { kerasNetwork } from '../keras-init.js';
import { openEngine } from '../open.js';
import { withCounting } from './counting.js';
import { withRecall } from './recall.js';
import { RecallMemory, RecallParameters } from './recall-memory.js';
import { PLACES, parseRecall, RELATION, type RecallSpec } from './recall-odds.js';

const CLASSES = 12;
const [BAR, END] = [9, 10];
const network = kerasNetwork(
  { inputClasses: CLASSES, embedding: 4, layers: [{ cell: 'lstm', units: 16 }], outputClasses: CLASSES },
  5,
);
const NEVER = -20;
const nothing: RecallSpec = {
  boundaries: [11],
  counted: [BAR],
  resets: [0, END],
  places: new Array(8 * PLACES * 2).fill(NEVER),
  agreeing: new Array(8 * 6).fill(0),
  slips: new Array(8 * 12).fill(0),
  before: new Array(6).fill(0),
  exact: new Array(8).fill(NEVER),
  exactSlips: new Array(8).fill(0),
};
const set = (table: readonly number[], at: number, value: number) =>
  table.map((other, index) => (index === at ? value : other));
const [A, B] = [0, 1];
const cell = (relation: number, place: number, later = A) => (relation * PLACES + place) * 2 + later;

function stood(spec: RecallSpec, tokens: readonly number[], chance = 0.25): Record<number, number> {
  const past = new RecallMemory(new RecallParameters(spec, CLASSES));
  for (const token of tokens) {
    past.push(token);
    for (let i = 0; i < past.candidateCount; i++) past.setNetworkProbability(i, chance);
  }
  return weightsOf(past);
}

function weightsOf(past: RecallMemory): Record<number, number> {
  return Object.fromEntries(
    Array.from({ length: past.candidateCount }, (_, i) => [past.candidates[i]!, past.weights[i]!]),
  );
}

/** No more than rounding apart. */
function expectWeights(found: Record<number, number>, expected: Record<number, number>) {
  for (const token of new Set([...Object.keys(found), ...Object.keys(expected)].map(Number)))
    expect(found[token] ?? 0, `token ${token}`).toBeCloseTo(expected[token] ?? 0, 5);
}

describe('what may be followed', () => {
  const bars = [0, 1, 2, 3, BAR, 4, 5, 6, BAR, 7, 8, 1, BAR, 2, 2, 2, BAR];

  it('is an earlier bar, by its relation and the place in the part', () => {
    const spec = { ...nothing, places: set(nothing.places, cell(RELATION.four, 4), Math.log(3)) };
    // Odds of 3 to 1 that the fifth bar follows the first, of which half is left to slips.
    expectWeights(stood(spec, bars), { 1: 0.75 / 2 });
    expectWeights(stood(spec, bars.slice(0, -1)), {});
    expectWeights(stood(spec, [...bars.slice(0, 13), END, 1, 2, 3, BAR]), {});
  });

  it('is weighed anew by each token, with what the network gave it', () => {
    const spec = { ...nothing, places: set(nothing.places, cell(RELATION.four, 4), 0) };
    // It gives its token 1/2 + 1/2 x 1/4, the network 1/4: the odds of 1 become 5/2.
    expectWeights(stood(spec, [...bars, 1]), { 2: (5 / 7) * 0.5 });
    // A slip: the odds are halved, and the next token is that after the one that was not said.
    expectWeights(stood(spec, [...bars, 4]), { 2: (1 / 3) * 0.5 });
  });

  it('is what a plan tells, which is no music', () => {
    const told = { first: 11, classes: [1], odds: new Array(2 * 8).fill(0) };
    const more = { ...told, odds: set(told.odds, 8 + RELATION.four, Math.log(3)) };
    const spec = {
      ...nothing,
      boundaries: [],
      firstPlanToken: 11,
      places: set(nothing.places, cell(RELATION.four, 4), 0),
    };
    const [with0, with1] = [
      { ...spec, hints: told },
      { ...spec, hints: more },
    ];
    expectWeights(stood(with0, [...bars, 11]), stood(spec, bars));
    // Three times the odds of 1.
    expectWeights(stood(with1, [...bars, 11]), { 1: 0.75 / 2 });
    expectWeights(stood(with1, bars), { 1: 0.5 / 2 });
    // It holds for the bar that it was told of.
    expectWeights(stood(with1, [...bars.slice(0, 13), 11, ...bars.slice(13)]), { 1: 0.5 / 2 });
  });

  it('slips the less the longer it agreed', () => {
    const one = 2 * 12 + 1; // (four bars before, one token in a row)
    const spec = {
      ...nothing,
      places: set(nothing.places, cell(RELATION.four, 4), 0),
      slips: set(nothing.slips, one, NEVER),
    };
    expectWeights(stood(spec, [...bars, 1]), { 2: 5 / 7 });
  });

  it('knows the same place of an earlier part, and upbeats', () => {
    const spec = { ...nothing, places: set(nothing.places, cell(RELATION.same, 1, B), 0) };
    const upbeat = [0, 5, BAR, 1, 2, 3, BAR, 4, 5, 6, END];
    expectWeights(stood(spec, [...upbeat, 7, BAR, 1, 1, 1, BAR]), { 4: 0.25 });
    expectWeights(stood(spec, [...upbeat, 1, 1, 1, BAR]), {});
  });

  it('counts how many tokens before agree', () => {
    const spec = {
      ...nothing,
      places: set(nothing.places, cell(RELATION.two, 3), 0),
      agreeing: set(nothing.agreeing, 6 + 3, Math.log(4)), // four to six tokens
    };
    expectWeights(stood(spec, [0, 1, 1, 1, BAR, 2, 2, 2, BAR, 1, 1, 1, BAR]), { 2: 0.8 / 2 });
    expectWeights(stood(spec, [0, 1, 1, 1, BAR, 2, 2, 2, BAR, 3, 1, 4, BAR]), { 2: 0.25 });
  });

  it('may be followed to the letter', () => {
    const spec = {
      ...nothing,
      places: set(nothing.places, cell(RELATION.four, 4), 0),
      exact: set(nothing.exact, RELATION.four, Math.log(2)),
      exactSlips: new Array(8).fill(NEVER),
    };
    // Of 4 in all 1 is the network alone, 1 it freely followed, 2 to the letter; freely half is left to slips.
    expectWeights(stood(spec, bars), { 1: (0.5 + 2) / 4 });
    expectWeights(stood(spec, [...bars, 1]), { 2: (2.5 * 0.5 + 8) / (1 + 2.5 + 8) });
    expectWeights(stood(spec, [...bars, 4]), { 2: 0.25 / 1.5 });
  });

  it('goes back a bounded way, and goes on', () => {
    const places = nothing.places.map(() => -1);
    const past = new RecallMemory(new RecallParameters({ ...nothing, places }, CLASSES));
    for (let at = 0; at < 5000; at++) {
      past.push(at % 5 === 4 ? BAR : 1 + (at % 7));
      for (let i = 0; i < past.candidateCount; i++) past.setNetworkProbability(i, 0.1);
      const share = Object.values(weightsOf(past)).reduce((sum, weight) => sum + weight, 0);
      expect(share).toBeLessThan(1);
    }
    for (let at = 0; at < 3000; at++) past.push(2);
    past.push(BAR);
    past.push(2);
    expect(past.candidateCount).toBeLessThanOrEqual(1);
  });
});

describe('an engine that remembers', () => {
  const tokens = [0, 1, 2, 3, BAR, 4, 5, 6, BAR, 1];
  const spec = { ...nothing, places: nothing.places.map(() => 0) };

  it('mixes the distribution of the network with what it recalls', async () => {
    const alone = await openEngine(network, { precision: 'float32' });
    const engine = withRecall(await openEngine(network, { precision: 'float32' }), spec);
    const [a, b] = [alone.createState(), engine.createState()];
    let [before, p, mixed]: Float64Array[] = [];
    for (const token of tokens) {
      before = p;
      p = softmax(alone.step([a], [token]));
      mixed = softmax(engine.step([b], [token]));
    }
    // Three to be followed with odds 1: the header's is none, and of two bars one agreed in its first token.
    const agreed = (0.5 + 0.5 * before![1]!) / before![1]!;
    const odds = [1, agreed, 0.5];
    const total = odds.reduce((sum, each) => sum + each, 0);
    const [first, second] = [(agreed / total) * 0.5, (0.5 / total) * 0.5];
    const expected = p!.map(
      (share, token) => (1 - first - second) * share + (token === 2 ? first : 0) + (token === 5 ? second : 0),
    );
    expected.forEach((share, token) => {
      expect(mixed![token]).toBeCloseTo(share, 6);
    });
  });

  it('goes back to a snapshot, past and all', async () => {
    const engine = withRecall(await openEngine(network), spec);
    const state = engine.createState();
    for (const token of tokens) engine.step([state], [token]);
    const kept = state.snapshot();
    const first = [2, 3, BAR, 1].map((token) => engine.step([state], [token]).slice());
    state.restore(kept);
    expect([2, 3, BAR, 1].map((token) => engine.step([state], [token]).slice())).toEqual(first);
    const other = engine.createState();
    other.restore(kept);
    expect(engine.step([other], [2])).toEqual(first[0]);
    other.reset();
    const fresh = engine.createState();
    for (const token of [...tokens, 2])
      expect(engine.step([other], [token]).slice()).toEqual(engine.step([fresh], [token]).slice());
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

describe('an engine that numbers bar lines', () => {
  const numbered = kerasNetwork(
    {
      inputClasses: CLASSES + 3,
      embedding: 4,
      layers: [{ cell: 'lstm', units: 16 }],
      outputClasses: CLASSES,
    },
    7,
  );
  const counting = { counted: [BAR], resets: [0, END], numbers: 3 };

  it('feeds the network their classes', async () => {
    const alone = await openEngine(numbered);
    const engine = withCounting(await openEngine(numbered), counting);
    expect(engine.spec.inputClasses).toBe(CLASSES);
    const [a, b] = [alone.createState(), engine.createState()];
    const said = [0, 1, 2, BAR, 3, 4, BAR, END, 1, BAR];
    const fed = [0, 1, 2, 12, 3, 4, 14, END, 1, 12];
    for (const [at, token] of said.entries())
      expect(engine.step([b], [token]).slice()).toEqual(alone.step([a], [fed[at]!]).slice());
  });

  it('takes the tokens of the vocabulary alone, and has moved on only where the network has', async () => {
    const engine = withCounting(await openEngine(numbered), counting);
    const [state, other] = [engine.createState(), engine.createState()];
    for (const token of [0, 1, BAR]) engine.step([state, other], [token, token]);
    expect(() => engine.step([state], [CLASSES])).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
    expect(() => engine.step([state, state], [BAR, BAR])).toThrow(
      expect.objectContaining({ code: 'STATE_SHAPE' }),
    );
    for (const token of [1, BAR])
      expect(engine.step([state], [token]).slice()).toEqual(engine.step([other], [token]).slice());
  });
});

describe("a folder's recall", () => {
  it.each([
    [{ ...nothing, boundaries: [CLASSES] }, 'tokens from 0 to 11'],
    [{ ...nothing, slips: [0.5] }, '96 numbers'],
    [{ ...nothing, before: nothing.before.map(() => 1000) }, 'from -30 to 30'],
    [{ boundaries: [1] }, 'counted'],
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
