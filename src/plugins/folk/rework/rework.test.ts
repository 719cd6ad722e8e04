import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openComposerModel } from '../../../host/compose/open-composer.js';
import { checkTune } from '../../../music/abc/check.js';
import { readAbc } from '../../../music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../../../music/abc/testing/tunes.js';
import type { Tune } from '../../../music/abc/tune.js';
import { folkCodec } from '../codec/index.js';
import { type TuneModel, tuneModelOf } from '../generate/model.js';
import { NO_CADENCE_ODDS } from '../odds/cadence-odds.js';
import { NO_NOTE_ODDS } from '../odds/note-odds.js';
import { barredTune, barsNamed, barsNotNamed } from './bars.js';
import { barGrammar } from './grammar.js';
import { fillGap, gapsOf } from './rework.js';
import { barsAsHeard, saysAgain } from './runs.js';
import { type ReworkOrder, reworkTunes } from './tune.js';

let model: TuneModel;
beforeAll(async () => {
  model = await tuneModelOf(await openComposerModel('folk'));
});
afterAll(() => model.engine.dispose());

const kesh = barredTune(KESH);
const cooleys = barredTune(COOLEYS);
const hornpipe = barredTune(HORNPIPE);

describe('the bars of a tune', () => {
  it('count as they are written, pickups not, endings each', () => {
    expect(kesh.bars.map(({ number }) => number)).toEqual([...Array(16).keys()].map((bar) => bar + 1));
    expect(kesh.bars.map(({ part }) => part).join('')).toBe('AAAAAAAABBBBBBBB');
    expect(cooleys.bars.map(({ number }) => number)).toEqual([
      0,
      ...[...Array(17).keys()].map((bar) => bar + 1),
    ]);
    expect(cooleys.bars.map(({ part }) => part).join('')).toBe('AAAAAAAAAABBBBBBBB');
    expect(hornpipe.bars.map(({ number }) => number).slice(0, 2)).toEqual([0, 1]);
    expect(hornpipe.bars.at(-1)).toMatchObject({ number: 9, part: 'A', length: 32 });
  });

  it('are named one by one, as ranges and as parts', () => {
    expect([...barsNamed('redo', '7-8', kesh)]).toEqual([6, 7]);
    expect([...barsNamed('redo', '1,B', kesh)]).toEqual([0, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect([...barsNamed('redo', 'A', cooleys)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...barsNotNamed('keep', '1-16', cooleys)]).toEqual([17]);
    expect([...barsNotNamed('keep', '2-17', cooleys)]).toEqual([0, 1]);
    expect(gapsOf(barsNotNamed('keep', '2-4,9-16', kesh))).toEqual([
      { first: 0, last: 0 },
      { first: 4, last: 7 },
    ]);
  });

  it.each(['0', '17', '8-7', 'C', '', 'a', '1-', '1;2', '7-99'])('refuses %j', (list) => {
    expect(() => barsNamed('redo', list, kesh)).toThrow(expect.objectContaining({ code: 'OPTION_VALUE' }));
  });

  it('are refused where a tune has no meter, or another key, or no end', () => {
    for (const abc of [
      'X:1\nK:G\nGAB|\n',
      'X:1\nM:4/4\nL:1/8\nK:G\nG8|[K:D]A8|\n',
      `X:1\nM:4/4\nL:1/8\nK:G\n${'G8|'.repeat(501)}\n`,
    ])
      expect(() => barredTune(abc)).toThrow(expect.objectContaining({ code: 'TUNE_BARS' }));
  });
});

describe('the grammar of one bar', () => {
  it.each([32, 30, 18, 16, 14, 8, 4, 2])('ends after %i of 32 units, and not before', (length) => {
    const around = {
      header: cooleys.tokens.slice(0, cooleys.header),
      placing: { key: cooleys.tune.key, octave: 0 },
      range: { low: 40, high: 100 },
      full: 32,
    };
    const grammar = barGrammar(around, length)!;
    const [note, quarter, line] = folkCodec.read('c /4 |') as [number, number, number];
    for (let unit = 0; unit < length; unit++) {
      expect(grammar.allows(line)).toBe(false);
      grammar.accept(note);
      grammar.accept(quarter);
    }
    expect(grammar.allows(line)).toBe(true);
    expect(grammar.allows(note)).toBe(false);
  });

  it('knows no bars that are too long, or odd', () => {
    const around = {
      header: kesh.tokens.slice(0, kesh.header),
      placing: { key: kesh.tune.key, octave: 0 },
      range: { low: 40, high: 100 },
      full: 24,
    };
    for (const length of [0, 25, 7, 8.5]) expect(barGrammar(around, length)).toBeNull();
  });
});

const order: ReworkOrder = {
  tune: kesh,
  what: { redo: '7-8' },
  range: 'any',
  count: 1,
  candidates: 8,
  temperature: 1,
  topP: 1,
  seed: 7,
};
const tokensOf = (abc: string) => folkCodec.encode(readAbc(abc)[0]!.tune!).tokens!;

describe('bars made anew', () => {
  it('leave every other bar note for note, in the tune’s own key and octave', () => {
    const [made] = reworkTunes(model, order);
    const tokens = tokensOf(made!.abc);
    const [from, to] = [kesh.bars[6]!.from, kesh.bars[7]!.to];
    const rest = kesh.tokens.length - to;
    expect(tokens.slice(0, from)).toEqual(kesh.tokens.slice(0, from));
    expect(tokens.slice(-rest)).toEqual(kesh.tokens.slice(to));
    expect(tokens.slice(from, -rest)).not.toEqual(kesh.tokens.slice(from, to));
    expect(made!.abc).toContain('K:G\n|:GAG GAB|ABA ABd|edd gdd|edB dBA|\nGAG GAB|ABA ABd|');
    expect(made!.abc).toContain('|:BAB dBd|ege dBG|');
    expect(made!.abc).toMatch(/\nN:bars 7-8 made by continuo generate folk, model folk-session/);
    expect(checkTune(readAbc(made!.abc)[0]!.tune!)).toEqual({ errors: [], warnings: [] });
    expect([...reworkTunes(model, order)]).toEqual([made]);
  });

  it('are the likeliest of their candidates with what is kept to their right, which costs no more than without it', () => {
    const [from, to] = [kesh.bars[6]!.from, kesh.bars[7]!.to];
    const beside = { left: kesh.tokens.slice(0, from), right: kesh.tokens.slice(to) };
    const fillings = fillGap(
      model.engine,
      kesh,
      { first: 6, last: 7, ...beside, index: 0 },
      {
        placing: { key: kesh.tune.key, octave: 0 },
        range: { low: 55, high: 95 },
        sampler: { temperature: 1, topK: 0, topP: 1 },
        seed: 7,
        branch: 0,
        candidates: 8,
      },
    );
    expect(new Set(fillings.map(({ tokens }) => tokens.join())).size).toBeGreaterThan(4);
    const least = (cost: (filling: (typeof fillings)[number]) => number) =>
      fillings.reduce((best, other) => (cost(other) < cost(best) ? other : best));
    const joint = least(({ inside, right }) => inside + right);
    const alone = least(({ inside }) => inside);
    expect(joint.right).toBeLessThanOrEqual(alone.right);
    const [made] = reworkTunes({ ...model, odds: undefined, critic: undefined }, order);
    expect(tokensOf(made!.abc).slice(from, from + joint.tokens.length)).toEqual([...joint.tokens]);
  });

  it('are those that the critic likes best with the kept bars in place, and it says why', () => {
    const plain = { ...model, critic: undefined };
    const seeds = [1, 2, 3];
    const made = (model: Parameters<typeof reworkTunes>[0], seed: number) =>
      reworkTunes(model, { ...order, candidates: 8, temperature: 0.8, seed }).next().value!;
    const logit = (tune: Tune) => model.critic!.judge(tune)!.logit;
    const judged = seeds.map((seed) => made(model, seed));
    const likeliest = seeds.map((seed) => made(plain, seed));
    const mean = (tunes: typeof judged) =>
      tunes.reduce((sum, { tune }) => sum + logit(tune), 0) / seeds.length;
    expect(mean(judged)).toBeGreaterThan(mean(likeliest) + 0.05);
    for (const { why, rank, abc } of judged) {
      expect(why!.length).toBeGreaterThan(0);
      expect(rank.critic!.vetoes).toEqual([]);
      expect(abc).toContain('the best of 8 with what follows');
    }
    expect(likeliest[0]!.abc).toContain('the likeliest of 8 with what follows');
    expect(made(model, 3)).toEqual(judged[2]);
  });

  it('are weighed by the odds of the folder, which leave an empty one as it is', () => {
    const { odds: _, ...bare } = model;
    const none = { ...bare, odds: undefined };
    const nothing = { ...bare, odds: { others: { cadences: NO_CADENCE_ODDS, notes: NO_NOTE_ODDS } } };
    expect([...reworkTunes(nothing, order)]).toEqual([...reworkTunes(none, order)]);
    const low = { ...NO_NOTE_ODDS, signs: { c: 10 } };
    const only = { ...bare, odds: { others: { cadences: NO_CADENCE_ODDS, notes: low } } };
    const [made] = reworkTunes(only, order);
    const tones = tokensOf(made!.abc).slice(kesh.bars[6]!.from, kesh.bars[6]!.to);
    expect(tones.filter((token) => token === folkCodec.read('c')[0]).length).toBeGreaterThan(3);
  });

  it('cost what a network that is fed the whole tune says', () => {
    const { engine } = model;
    const [from, to] = [kesh.bars[2]!.from, kesh.bars[3]!.to];
    const [left, right] = [kesh.tokens.slice(0, from), kesh.tokens.slice(to)];
    const settings = {
      placing: { key: kesh.tune.key, octave: 0 },
      range: { low: 55, high: 95 },
      sampler: { temperature: 1, topK: 0, topP: 1 },
      ...{ seed: 1, branch: 0, candidates: 1 },
    };
    const [filling] = fillGap(engine, kesh, { first: 2, last: 3, left, right, index: 0 }, settings);
    const all = [...left, ...filling!.tokens, ...right];
    const state = engine.createState();
    let [inside, after] = [0, 0];
    for (const [at, token] of all.entries()) {
      const logits = engine.step([state], [at === 0 ? folkCodec.startToken : all[at - 1]!]);
      const peak = Math.max(...logits);
      const nats =
        Math.log(logits.reduce((sum, value) => sum + Math.exp(value - peak), 0)) + peak - logits[token]!;
      if (at >= left.length + filling!.tokens.length) after += nats;
      else if (at >= left.length) inside += nats;
    }
    state.free();
    expect(filling!.inside).toBeCloseTo(inside, 2);
    expect(filling!.right).toBeCloseTo(after, 2);
  });

  it('keep bars full and the rest in place, whichever bars of whichever tune', () => {
    const tunes = [kesh, cooleys, hornpipe];
    fc.assert(
      fc.property(fc.nat(2), fc.nat(100), fc.nat(3), fc.nat(1000), (which, at, more, seed) => {
        const tune = tunes[which]!;
        const numbered = tune.bars.filter(({ number }) => number > 0).length;
        const first = 1 + (at % numbered);
        const redo = `${first}-${Math.min(numbered, first + more)}`;
        const places = barsNamed('redo', redo, tune);
        const [made] = reworkTunes(model, { ...order, tune, what: { redo }, seed, candidates: 2 });
        const again = barredTune(made!.abc);
        expect(again.bars.map(({ length }) => length)).toEqual(tune.bars.map(({ length }) => length));
        for (const [place, bar] of again.bars.entries()) {
          const was = tune.bars[place]!;
          if (!places.has(place))
            expect(again.tokens.slice(bar.from, bar.to)).toEqual(tune.tokens.slice(was.from, was.to));
        }
      }),
      { numRuns: 10 },
    );
  });

  it('leave everything else of the text as it was: header, chord symbols, ornaments, lyrics, line breaks', () => {
    const text = [
      'M:6/8',
      'L:1/16',
      '',
      'X:7',
      'T:Rich',
      'C:Anon % a composer',
      'R:jig',
      'Q:3/8=110',
      'K:D clef=treble',
      '|:"D"A2|"D"d4f2 !trill!e2c2A2|{g}d2A2F2 "Bm"~D2F2A2|(B4G2 B2A2G2)|"A7"F2A2D2 F2E2A,2|',
      'w:la|one two three four five|a b c d e f|g h i j k|l m n o p q|',
      'd4f2 e2c2A2 |[P:x] d2A2F2 D2F2A2| "G"B2G2E2 \\',
      'C2E2G2|F2D2D2 D4:|',
      '%%text hello',
    ];
    const [made] = reworkTunes(model, { ...order, tune: barredTune(text.join('\n')), what: { redo: '3' } });
    const lines = made!.abc.split('\n');
    const third = /D2F2A2\|(.*)\|"A7"/.exec(lines.find((line) => line.startsWith('|:'))!)![1]!;
    expect(third).not.toBe('(B4G2 B2A2G2)');
    const sung = third.match(/[a-g]/gi)!.map(() => '*');
    expect(lines.filter((line) => !line.startsWith('N:'))).toEqual([
      ...['X:7', 'T:Rich, made anew in part, 7-1', ...text.slice(5, 8), 'M:6/8', 'L:1/16', 'K:D clef=treble'],
      text[9]!.replace('(B4G2 B2A2G2)', third),
      text[10]!.replace('g h i j k', sung.join(' ')),
      ...text.slice(11),
      '',
    ]);
    expect(made!.edited).toEqual({});
    expect(barredTune(made!.abc).bars.map(({ length }) => length)).toEqual(
      barredTune(text.join('\n')).bars.map(({ length }) => length),
    );
  });

  it('are written in the key as the text has it, and anew where the text cannot be edited', () => {
    const naturals = barredTune('X:1\nM:4/4\nL:1/8\nK:D =c\n|:"D"c2d2 e2f2|d4 c4|c8:|\n');
    const [made] = reworkTunes(model, { ...order, tune: naturals, what: { redo: '2' } });
    expect(made!.abc).toMatch(/K:D =c\n\|:"D"c2d2 e2f2\|.*\|c8:\|\n$/);
    const rests = barredTune('X:1\nM:4/4\nL:1/8\nK:D\n|:"D"Z2|d4 c4:|\n');
    const [anew] = reworkTunes(model, { ...order, tune: rests, what: { redo: '2' } });
    expect(anew!.edited).toBeUndefined();
    expect(anew!.abc).toContain('|:z8|');
  });

  it.each(['\r\n', '\r'])('keep the line ends of the text: %j', (end) => {
    const text = `X:1\nM:4/4\nL:1/8\nK:D\n|:"D"c2d2 e2f2|d4 c4|\nw:a b c d\nc8:|`.replaceAll('\n', end);
    for (const what of [{ redo: '2' }, { keep: '1,3' }, { vary: true }] as const) {
      const [made] = reworkTunes(model, { ...order, tune: barredTune(text), what, candidates: 2 });
      expect(made!.edited).toBeDefined();
      expect(made!.abc.replaceAll(end, '')).not.toMatch(/[\r\n]/);
      expect(made!.abc).toContain(`${end}w:a b c d${end}c8:|${end}`);
    }
  });

  it('leave macros of the file, its signs and directives where they hold', () => {
    const text =
      '%%MIDI program 73\nm:~n2=n{o}n\nU:T=!trill!\n\nX:1\nM:4/4\nL:1/8\nK:D\n|:T~c2d2 e2f2|d4 c4|c8:|\n';
    const [made] = reworkTunes(model, {
      ...order,
      tune: barredTune(text),
      what: { redo: '2' },
      candidates: 2,
    });
    expect(made!.edited).toBeDefined();
    expect(made!.abc.startsWith('X:1\n%%MIDI program 73\nm:~n2=n{o}n\nU:T=!trill!\n')).toBe(true);
    expect(made!.abc).toContain('|:T~c2d2 e2f2|');
  });

  it('may be all but a part', () => {
    const [made] = reworkTunes(model, { ...order, what: { keep: 'A' } });
    expect(made!.abc).toContain('edd gdB|AGF G3:|');
    expect(made!.abc).not.toContain('BAB dBd');
  });

  it('are refused where a tie leads to them, or a bar is too long', () => {
    const tied = barredTune('X:1\nM:4/4\nL:1/8\nK:G\nG8-|G8|A8|\n');
    const long = barredTune('X:1\nM:4/4\nL:1/8\nK:G\nG8|G9|A8|\n');
    for (const [tune, redo] of [
      [tied, '2'],
      [tied, '1'],
      [long, '2'],
    ] as const)
      expect(() => [...reworkTunes(model, { ...order, tune, what: { redo } })]).toThrow(
        expect.objectContaining({ code: 'TUNE_BARS' }),
      );
    expect([
      ...reworkTunes(model, { ...order, tune: tied, what: { redo: '1-2' }, candidates: 2 }),
    ]).toHaveLength(1);
  });

  it('leave a choice that is not all', () => {
    expect(() => [...reworkTunes(model, { ...order, what: { keep: '1-16' } })]).toThrow(
      expect.objectContaining({ code: 'TUNE_BARS' }),
    );
  });
});

describe('a variation', () => {
  it('keeps what begins and ends each part, endings too, and differs from the next', () => {
    const made = [
      ...reworkTunes(model, { ...order, tune: cooleys, what: { vary: true }, count: 3, candidates: 4 }),
    ];
    for (const { abc } of made) {
      const { bars, tokens } = barredTune(abc);
      for (const place of [0, 1, 8, 9, 10, 17]) {
        const [is, was] = [bars[place]!, cooleys.bars[place]!];
        expect(tokens.slice(is.from, is.to)).toEqual(cooleys.tokens.slice(was.from, was.to));
      }
      expect(tokens).not.toEqual(cooleys.tokens);
    }
    expect(new Set(made.map(({ tokens }) => tokens)).size).toBe(3);
  });

  it('says no bar three times in a row where the tune does not', () => {
    // Seeds with which the likeliest candidates repeat their first bar up to seven times.
    const jig = barredTune(
      'X:1\nR:jig\nM:6/8\nL:1/8\nK:D\n|:A|d2f ecA|dAF DFA|B2G BAG|FAD FEA,|d2f ecA|dAF DFA|BGE CEG|FDD D2:|\n',
    );
    const vary = { ...order, tune: jig, what: { vary: true }, candidates: 32 } as const;
    const heard = ({ tokens, header }: typeof jig) =>
      barsAsHeard(tokens.slice(0, header), tokens.slice(header));
    for (const seed of [3, 4, 21, 29, 43]) {
      const [made] = reworkTunes(model, { ...vary, seed });
      expect(saysAgain(heard(barredTune(made!.abc)), heard(jig))).toBe(false);
    }
    // If there is only one likely filling, candidates are resampled at a higher temperature.
    const [careful] = reworkTunes(model, { ...vary, temperature: 0.1, candidates: 2, seed: 4 });
    expect(saysAgain(heard(barredTune(careful!.abc)), heard(jig))).toBe(false);
  });

  it('may say again what the tune says three times in a row, in that place alone', () => {
    expect(saysAgain(['a', 'a', 'a', 'b'], ['a', 'a', 'b', 'b'])).toBe(true);
    expect(saysAgain(['a', 'a', 'a', 'b'], ['c', 'c', 'c', 'b'])).toBe(false);
    expect(saysAgain(['a', 'a', 'a', 'b'], ['b', 'c', 'c', 'c'])).toBe(true);
    expect(saysAgain(['a', 'a', 'b', 'a', 'a'], ['a', 'b', 'c', 'd', 'e'])).toBe(false);
    const [header, dotted, broken] = ['M:2/4 K:Cmaj', 'c 3/2 d /2 e |', 'c > d e |'].map((words) =>
      folkCodec.read(words),
    ) as [number[], number[], number[]];
    expect(barsAsHeard(header, dotted)).toEqual(barsAsHeard(header, broken));
  });

  it('is refused where there is nothing between', () => {
    const short = barredTune('X:1\nM:4/4\nL:1/8\nK:G\n|:G8|A8:|\n');
    expect(() => [...reworkTunes(model, { ...order, tune: short, what: { vary: true } })]).toThrow(
      expect.objectContaining({ code: 'TUNE_BARS' }),
    );
  });
});

it('what is new alone is compared with training tunes', () => {
  const [made] = reworkTunes(model, order);
  const [from, rest] = [kesh.bars[6]!.from, kesh.tokens.length - kesh.bars[7]!.to];
  const gap = tokensOf(made!.abc).slice(from, -rest);
  expect(made!.fresh!.map((music) => folkCodec.encode(music).tokens)).toEqual([
    [...kesh.tokens.slice(0, kesh.header), ...gap, folkCodec.endToken],
  ]);
});
