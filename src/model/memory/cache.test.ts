import { describe, expect, it } from 'vitest';
import { kerasNetwork, randomSource } from '../keras-init.js';
import { openEngine } from '../open.js';
import { withCache } from './cache.js';
import { type CacheSpec, parseCache } from './cache-spec.js';
import { withRecall } from './recall.js';

const TOKENS = 12;
const UNITS = 8;
const WIDTH = 5;
const CLASSES = [0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 6, 6];
const network = kerasNetwork(
  { inputClasses: TOKENS, embedding: 6, layers: [{ cell: 'gru', units: UNITS }], outputClasses: TOKENS },
  3,
);
const random = randomSource(2);
const spec: CacheSpec = {
  classes: CLASSES,
  odds: [-26, -25, -27, -26, -24, -26, -25],
  sharpness: 30,
  projection: Float32Array.from({ length: (UNITS + 1) * WIDTH }, () => 2 * random() - 1).fill(
    0.02,
    UNITS * WIDTH,
  ),
  width: WIDTH,
};
const open = () => openEngine(network, { precision: 'float32' });
const openCached = async () => withCache(await open(), spec);

/** Of each of `tokens` the distribution (token) after it, by the formula. */
async function plain(tokens: readonly number[], longest = 4096): Promise<Float64Array[]> {
  const engine = await open();
  const state = engine.createState();
  const keys: number[][] = [];
  return tokens.map((token, now) => {
    const shares = softmax(engine.step([state], [token]));
    keys.push(key(state.hidden));
    // What came after place `before` is the token at `before` + 1.
    const weights = new Float64Array(spec.odds.length);
    for (let before = Math.max(0, now - longest); before <= now - 256; before++) {
      const kind = CLASSES[tokens[before + 1]!]!;
      const cosine = keys[now]!.reduce((sum, value, at) => sum + value * keys[before]![at]!, 0);
      // Nothing that points the other way.
      if (cosine > 0) weights[kind]! += Math.exp(spec.sharpness * cosine + spec.odds[kind]!);
    }
    const total = weights.reduce((sum, weight) => sum + weight, 1);
    return shares.map((share, other) => {
      const ofClass = shares.reduce((sum, each, at) => sum + (CLASSES[at] === CLASSES[other] ? each : 0), 0);
      return (share * (ofClass + weights[CLASSES[other]!]!)) / ofClass / total;
    });
  });
}

/** A projection of length 1, rounded to 127 steps. */
function key(hidden: Float32Array): number[] {
  const sums = Array.from({ length: WIDTH }, (_, column) =>
    hidden.reduce(
      (sum, value, unit) => sum + value * spec.projection[unit * WIDTH + column]!,
      spec.projection[UNITS * WIDTH + column]!,
    ),
  );
  const length = Math.hypot(...sums);
  return sums.map((sum) => Math.round((127 * sum) / length) / 127);
}

describe('an engine with a cache', () => {
  it('gives what was heard where the network stood much the same', async () => {
    const tokens = [0, ...repeated([3, 7, 1, 9, 11, 4, 8], 700)];
    const expected = await plain(tokens);
    const engine = await openCached();
    const state = engine.createState();
    let more = 0;
    tokens.forEach((token, at) => {
      const found = softmax(engine.step([state], [token]));
      found.forEach((share, other) => {
        expect(share, `after ${at}: ${other}`).toBeCloseTo(expected[at]![other]!, 4);
      });
      more += found[tokens[at + 1] ?? 0]! / tokens.length;
    });
    // It repeats itself, which the network alone does not expect.
    expect(more).toBeGreaterThan(2 / TOKENS);
  });

  it('forgets what is longer ago than 4,096 tokens', async () => {
    const tokens = [0, ...repeated([3, 7], 200), ...repeated([1, 9, 11, 4, 8, 8, 2], 4150), 3];
    // The last 64 are a chunk that fills; when it is full, the oldest goes.
    const heard = 63 * 64 + ((tokens.length - 2) % 64) + 1;
    const [bounded, whole] = [(await plain(tokens, heard)).at(-1)!, (await plain(tokens, 5000)).at(-1)!];
    expect(whole[7]).toBeGreaterThan(2 * bounded[7]!);
    const engine = await openCached();
    const state = engine.createState();
    let found: Float32Array = new Float32Array();
    for (const token of tokens) found = engine.step([state], [token]);
    softmax(found).forEach((share, other) => {
      expect(share).toBeCloseTo(bounded[other]!, 4);
    });
    const kept = state.snapshot();
    expect(engine.step([state], [3]).slice()).toEqual(engine.step([restored(engine, kept)], [3]).slice());
  });

  it('goes on from any snapshot as one does that has heard the same, whoever went on from it before', async () => {
    const engine = await openCached();
    const states = [engine.createState(), engine.createState()];
    const lines: number[][] = [[], []];
    const marks: { readonly snapshot: Float32Array; readonly line: readonly number[] }[] = [];
    const draw = randomSource(11);
    const among = (count: number) => Math.floor(draw() * count);
    for (let turn = 0; turn < 600; turn++) {
      const one = among(2);
      const choice = among(10);
      if (choice < 2) marks.push({ snapshot: states[one]!.snapshot(), line: lines[one]!.slice() });
      else if (choice < 4 && marks.length > 0) {
        const mark = marks[among(marks.length)]!;
        states[one]!.restore(mark.snapshot);
        lines[one] = mark.line.slice();
      } else if (choice === 4 && draw() < 0.1) {
        states[one]!.reset();
        lines[one] = [];
      } else
        for (let step = among(60); step >= 0; step--) {
          const token = among(TOKENS);
          engine.step([states[one]!], [token]);
          lines[one]!.push(token);
        }
    }
    for (const { snapshot, line } of marks.slice(-8)) {
      const fresh = engine.createState();
      for (const token of line) engine.step([fresh], [token]);
      states[0]!.restore(snapshot);
      expect(engine.step([states[0]!], [5]).slice()).toEqual(engine.step([fresh], [5]).slice());
    }
    expect(Math.max(...marks.slice(-8).map(({ line }) => line.length))).toBeGreaterThan(400);
  });

  it('steps several states in one call as one by one', async () => {
    const engine = await openCached();
    const [a, b, c] = [engine.createState(), engine.createState(), engine.createState()];
    for (const token of repeated([0, 1, 2, 1], 300)) engine.step([a], [token]);
    for (const token of repeated([0, 5], 280)) engine.step([b], [token]);
    c.restore(a.snapshot());
    const alone = engine.step([c], [2]).slice();
    const together = engine.step([a, b], [2, 6]);
    expect(together.slice(0, TOKENS)).toEqual(alone);
    expect(together).toHaveLength(2 * TOKENS);
  });

  it('hands the room of a state that was freed to the next, empty', async () => {
    const engine = await openCached();
    const tokens = repeated([2, 5, 9], 400);
    const first = engine.createState();
    const found = tokens.map((token) => engine.step([first], [token]).slice()).at(-1);
    first.free();
    first.free();
    const [second, third] = [engine.createState(), engine.createState()];
    for (const token of repeated([1, 3], 300)) engine.step([third], [token]);
    expect(() => engine.step([first], [1])).toThrow(expect.objectContaining({ code: 'MODEL_FREED' }));
    expect(tokens.map((token) => engine.step([second], [token]).slice()).at(-1)).toEqual(found);
  });

  it('has moved on only where the network has', async () => {
    const engine = await openCached();
    const [state, other] = [engine.createState(), engine.createState()];
    for (const token of repeated([0, 1, 2], 300)) engine.step([state, other], [token, token]);
    expect(() => engine.step([state], [TOKENS])).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
    for (const token of [1, 2])
      expect(engine.step([state], [token]).slice()).toEqual(engine.step([other], [token]).slice());
  });

  it('refuses snapshots that its past does not go with', async () => {
    const engine = await openCached();
    const state = engine.createState();
    engine.step([state], [1]);
    const snapshot = state.snapshot();
    for (const foreign of [snapshot.slice(), (await openCached()).createState().snapshot()])
      expect(() => state.restore(foreign)).toThrow(expect.objectContaining({ code: 'STATE_SHAPE' }));
    expect(state.snapshot()).toEqual(snapshot);
    const plainEngine = await open();
    expect(() => state.restore(plainEngine.createState().snapshot())).toThrow(
      expect.objectContaining({ code: 'STATE_SHAPE' }),
    );
  });

  it('is the engine itself where the folder says nothing of it', async () => {
    const engine = await open();
    expect(withCache(withRecall(engine, undefined), undefined)).toBe(engine);
  });
});

describe("a folder's cache", () => {
  const said = {
    classes: CLASSES,
    odds: spec.odds,
    sharpness: 7,
    projection: btoa(String.fromCharCode(...new Uint8Array(2 * (UNITS + 1) * WIDTH))),
  };

  it('is read', () => {
    const read = parseCache(said, UNITS, TOKENS)!;
    expect(read.width).toBe(WIDTH);
    expect(read.projection).toHaveLength((UNITS + 1) * WIDTH);
    expect(parseCache(undefined, UNITS, TOKENS)).toBeUndefined();
  });

  it.each([
    [{ classes: CLASSES.slice(1) }, '12 classes'],
    [{ classes: CLASSES.map(() => 7) }, 'from 0 to 6'],
    [{ odds: [...spec.odds.slice(1), 1000] }, 'at most 100'],
    [{ sharpness: 0 }, 'at most 100'],
    [{ projection: 'no base64!' }, 'base64'],
    [{ projection: 'AAA=' }, '9 rows'],
    [{ projection: 'AA==' }, 'base64'],
    [{ projection: btoa(String.fromCharCode(...new Uint8Array(18).fill(0x7c))) }, 'rows'],
    [{ projection: undefined }, 'string'],
  ])('is refused where it is none: %j', (change, expected) => {
    expect(() => parseCache({ ...said, ...change }, UNITS, TOKENS)).toThrow(
      expect.objectContaining({ code: 'MODEL_BROKEN', message: expect.stringContaining(expected) }),
    );
  });
});

function restored(engine: Awaited<ReturnType<typeof openCached>>, snapshot: Float32Array) {
  const state = engine.createState();
  state.restore(snapshot);
  return state;
}

function repeated(motif: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, at) => motif[at % motif.length]!);
}

function softmax(logits: Float32Array): Float64Array {
  const weights = Float64Array.from(logits, Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
