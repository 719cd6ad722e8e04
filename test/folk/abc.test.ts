import { afterAll, describe, expect, it } from 'vitest';
import { abc2midiComplaints } from '../../src/evaluation/folk/trial/abc2midi.js';
import { parsedByAbcjs } from '../../src/evaluation/folk/trial/abcjs.js';
import { faults } from '../../src/evaluation/folk/trial/faults.js';
import { kerasNetwork } from '../../src/model/keras-init.js';
import { openEngine } from '../../src/model/open.js';
import { writeAbc } from '../../src/music/abc/write.js';
import { SIGNS, type Sign } from '../../src/plugins/folk/codec/grammar-tokens.js';
import { folkCodec, TUNE_TYPES } from '../../src/plugins/folk/codec/index.js';
import { type RequestedTune, resolveRequest } from '../../src/plugins/folk/generate/rules.js';
import { tuneOf } from '../../src/plugins/folk/generate/tune.js';
import { type MadeTune, makeTunes, summary } from '../../src/plugins/folk/generate/tunes.js';
import { describeWith } from '../requires.js';
import { randomTune } from './random-tune.js';

const { size } = folkCodec.vocabulary;
const spec = {
  inputClasses: size,
  embedding: 0,
  layers: [{ cell: 'lstm', units: 24 }],
  outputClasses: size,
} as const;

/** An untrained network: what holds of its tunes holds by the grammar alone. */
async function untrained() {
  const engine = await openEngine(kerasNetwork(spec, 11), { precision: 'float32' });
  const model = { id: 'untrained', hash: '0123456789abcdef', engine, learnt: TUNE_TYPES };
  return { ...model, odds: undefined };
}

const requests: RequestedTune[] = [
  { type: 'reel', key: 'Ador', form: 'AABB', bars: 8, range: 'fiddle' },
  { type: 'jig', key: 'G', form: 'AABB', bars: 8, range: 'whistle-d' },
  { type: 'slip-jig', key: 'Em', form: 'AB', bars: 8, range: 'flute' },
  { type: 'hornpipe', key: 'Bb', form: 'ABAB', bars: 4, range: 'any' },
  { type: 'hornpipe', key: 'A', meter: '2/4', form: 'AABB', bars: 8, range: 'any' },
  { type: 'polka', key: 'D', form: 'AABBCC', bars: 8, range: 'box-dg' },
  { type: 'slide', key: 'Amix', form: 'AAB', bars: 4, range: 'A3-B5' },
  { type: 'strathspey', key: 'F#m', form: 'ABB', bars: 4, range: 'fiddle' },
  { type: 'waltz', key: 'F', form: 'AABB', bars: 8, range: 'fiddle' },
  { type: 'march', key: 'Gm', meter: '2/4', form: 'AABB', bars: 8, range: 'fiddle' },
];
const EACH = 10;

const order = (request: RequestedTune, count: number) => ({
  asked: [{ rules: resolveRequest(request), request, prime: [] }],
  count,
  bestOf: 1,
  temperature: 1,
  topP: 1,
  seed: 1,
  lookAhead: 3,
});

const model = await untrained();
const made: { request: RequestedTune; tunes: MadeTune[] }[] = requests.map((request) => ({
  request,
  tunes: [...makeTunes(model, order(request, EACH))],
}));
afterAll(() => model.engine.dispose());

describe.each(made)(
  'tunes of an untrained network: $request.type in $request.key, $request.form',
  ({ request, tunes }) => {
    it('are as they were asked for', () => {
      const { type } = resolveRequest(request);
      for (const tune of tunes) {
        expect(faults(tune.tune, request.form, request.bars)).toEqual([]);
        expect(tune.type).toBe(type!.replaceAll('-', ' '));
        expect(tune.key).toBe(request.key);
        if (request.meter !== undefined) expect(tune.meter).toBe(request.meter);
      }
    });

    it('stay in range', () => {
      const { low, high, classes } = resolveRequest(request).range;
      for (const { rank } of tunes) {
        expect(rank.lowest).toBeGreaterThanOrEqual(low);
        expect(rank.highest).toBeLessThanOrEqual(high);
      }
      if (classes) expect(classes.length).toBeLessThan(12);
    });

    it('are full bars to abcjs, without a warning', () => {
      for (const { abc, tune } of tunes) {
        const { warnings, bars } = parsedByAbcjs(abc);
        expect({ abc, warnings }).toEqual({ abc, warnings: [] });
        const full = tune.meter!.num / tune.meter!.den;
        const odd = bars.filter(({ duration }) => Math.abs(duration - full) > 1e-6);
        const pickup = bars[0]!.duration < full - 1e-6 ? bars[0]!.duration : 0;
        for (const { duration } of odd) {
          expect([pickup, full - pickup].some((wanted) => Math.abs(duration - wanted) < 1e-6)).toBe(true);
        }
      }
    });
  },
);

describe('making tunes', () => {
  it('gives the same tune whatever is made beside it', () => {
    const request = requests[0]!;
    const one = [...makeTunes(model, order(request, 1))];
    expect(made[0]!.tunes[0]!.abc).toBe(one[0]!.abc);
  });

  it('keeps the best of the candidates, which are those of other counts', () => {
    const request = requests[1]!;
    const rules = order(request, 2);
    const [best] = [...makeTunes(model, { ...rules, count: 1, bestOf: 5 })];
    const scores = [1, 2, 3, 4, 5].map(
      (bestOf) => [...makeTunes(model, { ...rules, count: 1, bestOf })][0]!.rank.score,
    );
    expect(best!.rank.score).toBe(Math.max(...scores));
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    const { terms, score } = best!.rank;
    expect(score).toBeCloseTo(
      Object.values(terms).reduce((sum, term) => sum + term, 0),
      12,
    );
  });

  it('says what the grammar took', () => {
    const { meanCut, forcedShare, tokens } = summary(made.flatMap(({ tunes }) => tunes));
    expect(meanCut).toBeGreaterThan(0);
    expect(meanCut).toBeLessThan(1);
    expect(forcedShare).toBeLessThan(1);
    expect(tokens).toBeGreaterThan(1000);
  });
});

describeWith('abc2midi', 'tunes to abc2midi', () => {
  it('of an untrained network are without complaint', async () => {
    const complaints = await abc2midiComplaints(made.flatMap(({ tunes }) => tunes.map(({ abc }) => abc)));
    expect(complaints.flat()).toEqual([]);
  });

  it('that swing are without complaint, however many chords and dotted pairs they have', async () => {
    const often: Partial<Record<Sign['kind'], number>> = { open: 40, close: 20, broken: 80, tuplet: 0 };
    const rules = resolveRequest({ type: 'hornpipe', key: 'G', form: 'AABB', bars: 8, range: 'any' });
    const tunes = Array.from({ length: 60 }, (_, seed) => {
      const { tokens, grammar } = randomTune(rules, seed, (token) => often[SIGNS[token]!.kind] ?? 1);
      return writeAbc(tuneOf(tokens, grammar.placing!, { type: 'hornpipe', number: String(seed + 1) }));
    });
    const chordsAndPairs = tunes.filter((abc) => /\[[^|]*\|[^|]*[<>]/.test(abc));
    expect(chordsAndPairs.length).toBeGreaterThan(20);
    expect((await abc2midiComplaints(tunes)).flat()).toEqual([]);
  });

  it('are refused where a dotted pair comes after a chord of a hornpipe: what the grammar forbids', async () => {
    const bars = ['[ce]2g>e g>ef2', 'c2g>e g>ef2'];
    const tunes = bars.map((bar) => `X:1\nT:t\nR:hornpipe\nM:4/4\nL:1/8\nK:C\n${bar}|]\n`);
    const [chord, none] = await abc2midiComplaints(tunes);
    expect(chord).toEqual([expect.stringContaining('Cannot apply broken rhythm')]);
    expect(none).toEqual([]);
  });
});
