import { describe, expect, it } from 'vitest';
import { faults } from '../../src/evaluation/folk/trial/faults.js';
import { randomSource } from '../../src/model/keras-init.js';
import { keyText, meterText, readMeter, type Tune } from '../../src/music/abc/index.js';
import { FolkGrammar } from '../../src/plugins/folk/codec/grammar.js';
import { folkCodec } from '../../src/plugins/folk/codec/index.js';
import { type RequestedTune, resolveRequest } from '../../src/plugins/folk/generate/rules.js';
import { randomTune } from './random-tune.js';

const requests: RequestedTune[] = [
  { type: 'reel', key: 'Ador', form: 'AABB', bars: 8, range: 'fiddle' },
  { type: 'jig', key: 'G', form: 'AABB', bars: 8, range: 'whistle-d' },
  { type: 'slip-jig', key: 'Em', form: 'AB', bars: 8, range: 'flute' },
  { type: 'hornpipe', key: 'Bb', meter: '2/4', form: 'ABAB', bars: 4, range: 'any' },
  { type: 'polka', key: 'Dmix', form: 'AABBCC', bars: 8, range: 'box-dg' },
  { type: 'slide', key: 'Amix', form: 'AAB', bars: 4, range: 'A3-B5' },
  { type: 'strathspey', key: 'F#m', form: 'ABB', bars: 3, range: 'fiddle' },
  { type: 'waltz', key: 'C', form: 'AABB', bars: 2, range: 'fiddle' },
  { key: 'Eb', meter: '5/4', form: 'A', bars: 7, range: 'any' },
  { meter: '7/8', form: 'AA', bars: 8, range: 'any' },
  { form: 'AABB', bars: 8, range: 'any' },
];

describe('the grammar of tunes', () => {
  it.each(requests)('ends every random walk as a whole tune: $type $meter $key $form', (request) => {
    const rules = resolveRequest(request);
    const [low, high] = [rules.range.low, rules.range.high];
    for (let seed = 0; seed < 40; seed++) {
      const { tokens, grammar } = randomTune(rules, seed);
      const { key, octave } = grammar.placing!;
      const tune = folkCodec.decode(tokens, { tonic: key.tonic, octave });
      expect({ seed, faults: faults(tune, request.form, request.bars) }).toEqual({ seed, faults: [] });
      if (request.key !== undefined) expect(keyText(tune.key)).toBe(request.key);
      if (request.meter !== undefined)
        expect(meterText(tune.meter)).toBe(meterText(readMeter(request.meter) as Tune['meter']));
      // Tokens say the tune and nothing else: reading it gives them back, from the octave where the codec puts the key.
      if (octave === 0) expect(folkCodec.encode(tune).tokens?.length).toBe(tokens.length);
      expect(low).toBeLessThan(high);
    }
  });

  it('has no dotted pair after a chord of a bar that swings', () => {
    const may = (type: string, words: string) => {
      const grammar = new FolkGrammar(resolveRequest({ type, key: 'C', form: 'AA', bars: 8, range: 'any' }));
      for (const token of folkCodec.read(`R:${type} M:4/4 K:Cmaj |: ${words}`)) grammar.accept(token);
      return grammar.fork().allows(folkCodec.read('>')[0]!);
    };
    expect(may('hornpipe', 'c 2 g')).toBe(true);
    expect(may('hornpipe', '[ c e ] 2 g')).toBe(false);
    expect(may('hornpipe', '[ c e ] 2 g 6 | g')).toBe(true);
    expect(may('reel', '[ c e ] 2 g')).toBe(true);
  });

  it('copies go their own way', () => {
    const rules = resolveRequest(requests[0]!);
    const grammar = new FolkGrammar(rules);
    for (const word of 'R:reel M:4/4 K:Cdor |: c 2 =e - e'.split(' '))
      grammar.accept(folkCodec.read(word)[0]!);
    const copy = grammar.fork();
    const allowed = (of: FolkGrammar) => {
      const mask = new Uint8Array(folkCodec.vocabulary.size).fill(1);
      of.forbid(mask);
      return mask;
    };
    expect(allowed(copy)).toEqual(allowed(grammar));
    const before = allowed(grammar);
    copy.accept(folkCodec.read('2')[0]!);
    expect(allowed(grammar)).toEqual(before);
  });

  it('takes a copy in the middle of any tune for the tune itself', () => {
    const rules = resolveRequest(requests[1]!);
    const { tokens } = randomTune(rules, 5);
    let grammar = new FolkGrammar(rules);
    const random = randomSource(1);
    for (const token of tokens) {
      if (random() < 0.5) grammar = grammar.fork();
      grammar.accept(token);
    }
    expect(grammar.done).toBe(true);
  });
});
