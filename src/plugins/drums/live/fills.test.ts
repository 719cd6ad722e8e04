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
    expect(biased).toBe(position.fill && position.expects === 'HITS');
    if (biased) {
      seen.add(position.beat);
      const tomAndKick = logits[FIRST.HITS + (1 << 8) + (1 << (8 - TOM))];
      expect(tomAndKick).toBe([0.5, 0, 1, 2][position.beat]);
      expect(logits[FIRST.HITS]).toBe(0);
      expect(logits.subarray(0, FIRST.HITS).every((logit) => logit === 0)).toBe(true);
    } else expect(logits.every((logit) => logit === 0)).toBe(true);
    stream.accept(drawer.token(stream));
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3]);
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
