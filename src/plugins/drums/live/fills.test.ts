import { expect, it } from 'vitest';
import { CLASSES } from '../codec/kit.js';
import { drumVocabulary, FIRST } from '../codec/vocabulary.js';
import { Drawer, streamOf } from '../testing/play.js';
import { parseFillOdds } from './fills.js';
import { drumCodec, drumsLive } from './live.js';

const TOM = CLASSES.indexOf('lowTom');
const odds = CLASSES.map((_, kind) => (kind === TOM ? [0, 0, 1, 2] : [0.5, 0, 0, 0]));

it('weighs what is struck in a fill, by the quarter of its bar, and leaves all else alone', () => {
  const grammar = drumsLive.grammar!(drumCodec, { fillOdds: odds });
  const stream = streamOf({ fillEvery: 2, countIn: false });
  stream.beginTurn(null, 'alone');
  const drawer = new Drawer();
  const seen = new Set<number>();
  while (stream.head < 20) {
    const logits = new Float32Array(drumVocabulary.size);
    const biased = grammar.bias!(logits, { params: {}, stream, ending: false });
    const position = stream.position!;
    const fills = position.fill && position.expects === 'HITS';
    const begins = position.expects === 'HITS' && position.beat === 0 && position.step === 0;
    expect(biased).toBe(fills || (position.filled && begins));
    if (fills) {
      seen.add(position.beat);
      const tomAndKick = logits[FIRST.HITS + (1 << 8) + (1 << (8 - TOM))];
      expect(tomAndKick).toBe([0.5, 0, 1, 2][position.beat]);
      expect(logits[FIRST.HITS]).toBe(0);
      expect(logits.subarray(0, FIRST.HITS).every((logit) => logit === 0)).toBe(true);
    } else if (!biased) expect(logits.every((logit) => logit === 0)).toBe(true);
    stream.accept(drawer.token(stream));
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3]);
});

it('has a crash after a fill, likelier than the network alone', () => {
  const grammar = drumsLive.grammar!(drumCodec, {});
  const stream = streamOf({ fillEvery: 2, countIn: false });
  stream.beginTurn(null, 'alone');
  const drawer = new Drawer();
  const bars = new Set<number>();
  while (stream.head < 20) {
    const logits = new Float32Array(drumVocabulary.size);
    const { position } = stream;
    const bar = position!.bar / 192;
    const first = position!.expects === 'HITS' && position!.beat === 0 && position!.step === 0;
    const afterFill = bar > 0 && bar % 2 === 0;
    expect(grammar.bias!(logits, { params: {}, stream, ending: false })).toBe(first && afterFill);
    if (first && afterFill) {
      bars.add(bar);
      const crash = 1 << (8 - CLASSES.indexOf('crash'));
      expect(logits[FIRST.HITS + crash]).toBeGreaterThan(1);
      expect(logits[FIRST.HITS + (1 << 8) + crash]).toBe(logits[FIRST.HITS + crash]);
      expect(logits[FIRST.HITS + (1 << 8)]).toBe(0);
    }
    stream.accept(drawer.token(stream));
  }
  expect(bars.size).toBeGreaterThan(2);
});

it('is what the folder says, or nothing', () => {
  expect(parseFillOdds(undefined)).toBeNull();
  for (const wrong of [
    null,
    1,
    [],
    [[0, 0, 0, 0]],
    odds.map((row) => row.slice(1)),
    odds.map(() => [0, 0, 0, 11]),
  ])
    expect(() => parseFillOdds(wrong)).toThrow(expect.objectContaining({ code: 'MODEL_BROKEN' }));
});
