import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamParams, TokenStream } from '../../../codec/codec.js';
import { readAbc, soundingNotes } from '../../../music/abc/index.js';
import type { PerformanceEvent } from '../../../music/note.js';
import { folkCodec } from './codec.js';
import { liveAbc } from './live-codec.js';
import { DEFAULTS, EIGHTH, expectFullBars, play, streamOf, token, words } from './testing/live.js';

describe('a player on the grid', () => {
  it('writes header, notes, lengths and bar lines', () => {
    const stream = streamOf();
    const { tokens, end } = play(stream, [
      [60, 2],
      [62, 1],
      [64, 1],
      [65, 3],
      [67, 1],
      [72, 8],
    ]);
    tokens.push(...stream.advance(end + 0.7));
    expect(words(tokens)).toBe('M:4/4 K:Cmaj C 2 D E F 3 G | c 8 |');
  });

  it('counts from note to note, so that a tempo a little off does no harm', () => {
    for (const eighth of [0.2, 0.3]) {
      const stream = streamOf();
      const melody = [60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60, 59];
      const { tokens, end } = play(
        stream,
        melody.map((pitch) => [pitch, 1] as const),
        3,
        eighth,
      );
      tokens.push(...stream.advance(end + 0.7));
      expect(words(tokens)).toBe('M:4/4 K:Cmaj C D E F G A B c | B A G F E D C B, |');
    }
  });

  it('ties where there is no one length, and over the bar line', () => {
    const stream = streamOf();
    const { tokens, end } = play(stream, [
      [67, 5],
      [65, 4],
      [64, 7],
    ]);
    tokens.push(...stream.advance(end + 0.7));
    expect(words(tokens)).toBe('M:4/4 K:Cmaj G 4 - G F 3 - | F E 7 |');
  });

  it('strikes a note with an accidental anew behind the bar line', () => {
    const stream = streamOf();
    const { tokens, end } = play(stream, [
      [67, 6],
      [66, 4],
      [67, 2],
    ]);
    tokens.push(...stream.advance(end + 0.7));
    expect(words(tokens)).toBe('M:4/4 K:Cmaj G 6 ^F 2 | ^F 2 G 2');
  });

  it('hears the top note of a chord, the note after a grace, and no accompaniment', () => {
    const stream = streamOf();
    const on = (time: number, pitch: number) => stream.feed({ type: 'noteOn', time, pitch, velocity: 80 });
    const off = (time: number, pitch: number) => stream.feed({ type: 'noteOff', time, pitch });
    const tokens = [...on(0, 60), ...on(0.01, 67), ...on(0.02, 64)];
    tokens.push(...on(0.25, 48), ...on(0.5, 74), ...off(0.54, 74), ...on(0.56, 72), ...off(1, 72));
    tokens.push(...stream.advance(1.6));
    expect(words(tokens)).toBe('M:4/4 K:Cmaj G 2 c 2');
  });

  it('writes a rest of a beat, and ends a phrase on the beat', () => {
    const stream = streamOf();
    const on = (time: number, pitch: number) => stream.feed({ type: 'noteOn', time, pitch, velocity: 80 });
    const off = (time: number, pitch: number) => stream.feed({ type: 'noteOff', time, pitch });
    const tokens = [...on(0, 60), ...off(0.2, 60), ...on(1, 64), ...off(1.1, 64), ...stream.advance(1.9)];
    expect(words(tokens)).toBe('M:4/4 K:Cmaj C z 3 E 2');
  });

  it('takes no time for a pause, and the head comes to the next beat', () => {
    const stream = streamOf();
    const { tokens } = play(stream, [
      [60, 2],
      [62, 2],
    ]);
    tokens.push(...stream.advance(1.7));
    expect(words(tokens)).toBe('M:4/4 K:Cmaj C 2 D 2');
    // The bar line nearest to 5 s is 3.5 bars after 2 s.
    expect(stream.beginTurn!(5, 'answer').end).toBeCloseTo(5, 5);
    expect(stream.head).toBeCloseTo(2, 9);
    tokens.push(...stream.feed({ type: 'noteOn', time: 9.4, pitch: 64, velocity: 80 }));
    tokens.push(...stream.advance(10.3));
    expect(words(tokens)).toBe('M:4/4 K:Cmaj C 2 D 2 E 4 |');
  });

  it.each([
    ['D', '4/4', [62, 66, 69, 74, 73, 67], 'M:4/4 K:Cmaj C E G c B F'],
    ['Ador', '6/8', [69, 72, 76, 78, 79, 81], "M:6/8 K:Cdor c e g a b c' |"],
    ['Amix', 'C|', [69, 73, 79, 80, 74, 76], 'M:C| K:Cmix c e b =b f g 3 |'],
    ['Em', '3/4', [64, 67, 71, 75, 76, 73], 'M:3/4 K:Cmin C E G =B c =A |'],
    ['Bb', '2/4', [58, 62, 65, 70], 'M:2/4 K:Cmaj C E G c |'],
  ] as const)('spells in %s, %s', (key, meter, melody, wanted) => {
    const params = { ...DEFAULTS, key, meter, tempo: meter === '6/8' ? 80 : meter === 'C|' ? 60 : 120 };
    const stream = streamOf(params);
    const { tokens, end } = play(
      stream,
      melody.map((pitch) => [pitch, 1] as const),
    );
    tokens.push(...stream.advance(end + 0.1));
    expect(words(tokens).replace(/ 2$/, '')).toBe(wanted);
  });
});

describe('a melody that is played', () => {
  it('is on the page as it was heard, in every key and meter', () => {
    const keys = ['D', 'Bb', 'Eb', 'F#m', 'Cm', 'Ador', 'Gdor', 'Emix', 'C'];
    const melody = fc.array(fc.tuple(fc.integer({ min: 55, max: 90 }), fc.integer({ min: 1, max: 20 })), {
      minLength: 2,
      maxLength: 30,
    });
    const meters = ['4/4', 'C|', '2/4', '3/4', '6/8', '9/8', '12/8'];
    fc.assert(
      fc.property(melody, fc.constantFrom(...keys), fc.constantFrom(...meters), (melody, key, meter) => {
        const params = { ...DEFAULTS, key, meter };
        const stream = streamOf(params);
        // At 120 beats per minute a beat is 0.5 s: two eighths in 4/4, three in 6/8, four in C|.
        const eighth = 0.5 / (meter.endsWith('8') ? 3 : meter === 'C|' ? 4 : 2);
        const { tokens, end } = play(stream, melody, 1, eighth);
        tokens.push(...stream.advance(end + 0.5));
        const [read] = readAbc(liveAbc(tokens, params, { unfinishedBar: true })!);
        const written = [...soundingNotes(read!.tune!)].map(({ pitch, start }) => [
          pitch,
          start.num / start.den,
        ]);
        // A long note with an accidental is repeated, not tied, across a bar line.
        const onsets = written.filter(([pitch, start], index) => {
          const bar = (8 * read!.tune!.meter!.num) / read!.tune!.meter!.den;
          return index === 0 || start! % bar !== 0 || written[index - 1]![0] !== pitch;
        });
        let at = 0;
        for (const [pitch, length] of melody) {
          expect(written).toContainEqual([pitch, at]);
          at += length;
        }
        expect(onsets.length).toBeLessThanOrEqual(melody.length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the model on the grid', () => {
  it('begins notes when their pitch is said and ends them when their length is', () => {
    const stream = streamOf();
    stream.advance(1);
    expect(stream.accept(token('G'))).toEqual([{ type: 'noteOn', time: 1, pitch: 67, velocity: 90 }]);
    expect(stream.openNotes('model')).toEqual([67]);
    expect(stream.head).toBe(1);
    expect(stream.accept(token('3'))).toEqual([{ type: 'noteOff', time: 1.75, pitch: 67 }]);
    expect(stream.accept(token('2'))).toEqual([]);
    expect(stream.accept(token('A'))).toEqual([{ type: 'noteOn', time: 1.75, pitch: 69, velocity: 80 }]);
    expect(stream.accept(token('B'))).toEqual([
      { type: 'noteOff', time: 2, pitch: 69 },
      { type: 'noteOn', time: 2, pitch: 71, velocity: 85 },
    ]);
    expect(stream.accept(token('4'))).toEqual([{ type: 'noteOff', time: 3, pitch: 71 }]);
    expect(stream.accept(token('c'))).toEqual([]);
  });

  it('plays triplets, and fills one that is cut short', () => {
    const stream = streamOf();
    const tokens = stream.advance(0);
    const accept = (text: string) =>
      folkCodec.read(text).flatMap((token) => {
        tokens.push(token);
        return stream.accept(token);
      });
    const onsets = accept('(3 c B A G 2 (3 c B').flatMap((event) =>
      event.type === 'noteOn' ? [event.time] : [],
    );
    [0, 1 / 6, 2 / 6, 0.5, 1, 1 + 1 / 6].forEach((time, index) => {
      expect(onsets[index]).toBeCloseTo(time, 9);
    });
    stream.advance(1.2);
    tokens.push(...stream.feed({ type: 'noteOn', time: 1.25, pitch: 60, velocity: 80 }));
    expect(stream.openNotes('model')).toEqual([]);
    expect(stream.head).toBeCloseTo(1.25, 9);
    tokens.push(...stream.feed({ type: 'noteOff', time: 1.7, pitch: 60 }), ...stream.advance(2.5));
    expect(words(tokens)).toBe('M:4/4 K:Cmaj (3 c B A G 2 (3 c B z C 2 |');
    expectFullBars(tokens, DEFAULTS);
  });

  it('ends a part as the network means to, and opens the next once', () => {
    const stream = streamOf();
    stream.advance(0);
    for (const word of ['|:', 'C', '8', ':|', '|:', 'D']) stream.accept(token(word));
    expect(stream.head).toBe(2);
    expect(stream.openNotes('model')).toEqual([62]);
    const mask = new Uint8Array(403).fill(1);
    stream.restore(streamOf().snapshot());
    stream.accept(token('|:'));
    stream.forbid(mask);
    const left = folkCodec.symbols.filter((_, index) => mask[index] === 1);
    expect(new Set(left.map(({ kind }) => kind))).toEqual(new Set(['pitch', 'rest', 'tuplet']));
  });

  it('writes nothing but whole bars, of which each token is one that may come', () => {
    const meters = ['4/4', 'C|', '2/4', '3/4', '6/8', '9/8', '12/8'];
    fc.assert(
      fc.property(
        fc.constantFrom(...meters),
        fc.nat(4),
        fc.array(fc.nat(402), { minLength: 50 }),
        (meter, pickup, picks) => {
          const params = { ...DEFAULTS, meter, key: 'Ador', pickup };
          const stream = streamOf(params);
          const tokens = stream.advance(0);
          const mask = new Uint8Array(403);
          for (const pick of picks) {
            mask.fill(1);
            stream.forbid(mask);
            const after = mask.indexOf(1, pick);
            const next = after >= 0 ? after : mask.indexOf(1);
            expect(next).toBeGreaterThanOrEqual(0);
            stream.accept(next);
            tokens.push(next);
          }
          stream.advance(stream.head + 0.1);
          tokens.push(...stream.release().tokens);
          expectFullBars(tokens, params);
        },
      ),
      { numRuns: 50 },
    );
  });
});

type Move =
  | { readonly type: 'on' | 'off'; readonly by: number; readonly pitch: number }
  | { readonly type: 'advance'; readonly by: number }
  | { readonly type: 'model'; readonly pick: number }
  | { readonly type: 'release' }
  | { readonly type: 'tempo'; readonly tempo: number };

const by = fc.double({ min: -0.3, max: 2, noNaN: true });
const pitch = fc.integer({ min: 40, max: 100 });
const moves = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ type: fc.constantFrom('on' as const, 'off' as const), by, pitch }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('advance' as const), by }) },
    { weight: 6, arbitrary: fc.record({ type: fc.constant('model' as const), pick: fc.nat(402) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('tempo' as const), tempo: fc.integer({ min: 30, max: 240 }) }),
    },
  ),
  { maxLength: 80 },
);

/** Makes a move as a session does: the model is asked only after the player's events are written. */
function make(stream: TokenStream, move: Move, params: StreamParams): [number[], PerformanceEvent[]] {
  const { head } = stream;
  switch (move.type) {
    case 'on':
      return [stream.feed({ type: 'noteOn', time: head + move.by, pitch: move.pitch, velocity: 70 }), []];
    case 'off':
      return [stream.feed({ type: 'noteOff', time: head + move.by, pitch: move.pitch }), []];
    case 'advance':
      return [stream.advance(head + move.by), []];
    case 'release': {
      const { tokens, events } = stream.release();
      return [tokens, events];
    }
    case 'tempo':
      stream.setParams!({ ...params, tempo: move.tempo });
      return [[], []];
    case 'model': {
      const tokens = stream.openNotes('model').length > 0 ? [] : stream.advance(head);
      const mask = new Uint8Array(403).fill(1);
      stream.forbid(mask);
      const after = mask.indexOf(1, move.pick);
      const next = after >= 0 ? after : mask.indexOf(1);
      return [[...tokens, next], stream.accept(next)];
    }
  }
}

describe('two voices on the grid', () => {
  const keys = fc.constantFrom('D', 'G', 'F', 'Bb', 'F#m', 'Ador', 'Emix', 'Cm');
  const meters = fc.constantFrom('4/4', '2/4', '3/4', '6/8', '9/8', 'C|');
  const settings = fc.record({
    key: keys,
    meter: meters,
    grid: fc.constantFrom('eighths', 'sixteenths'),
    pickup: fc.constantFrom(0, 1, 2, 3, 5),
  });

  it('writes whole bars whatever they do; time never goes back, and every note is ended', () => {
    fc.assert(
      fc.property(settings, moves, (settings, moves) => {
        const params = { ...DEFAULTS, ...settings };
        const stream = streamOf(params, 10);
        const tokens: number[] = [];
        const sounding = new Set<number>();
        let { head } = stream;
        for (const move of moves) {
          const [written, events] = make(stream, move, params);
          tokens.push(...written);
          for (const event of events) {
            expect(event.time).toBeGreaterThanOrEqual(head - 1e-9);
            if (event.type === 'noteOn') {
              expect(sounding.size).toBe(0);
              sounding.add(event.pitch);
            } else if (event.type === 'noteOff') expect(sounding.delete(event.pitch)).toBe(true);
          }
          // The player's note replaces the model's.
          for (const pitch of sounding)
            if (!stream.openNotes('model').includes(pitch)) sounding.delete(pitch);
          expect(stream.openNotes('model')).toEqual([...sounding]);
          expect(stream.head).toBeGreaterThanOrEqual(head - 1e-9);
          head = stream.head;
        }
        tokens.push(...stream.release().tokens, ...stream.advance(head + 1));
        expect(stream.openNotes('model')).toEqual([]);
        expectFullBars(tokens, params);
        expect(folkCodec.read(words(tokens))).toEqual(tokens);
      }),
      { numRuns: 200 },
    );
  });

  it('goes back to a snapshot exactly', () => {
    fc.assert(
      fc.property(settings, moves, moves, (settings, before, after) => {
        const params = { ...DEFAULTS, ...settings };
        const stream = streamOf(params);
        for (const move of before) make(stream, move, params);
        stream.setParams!(params);
        const snapshot = stream.snapshot();
        const first = after.map((move) => make(stream, move, params));
        const other = streamOf(params, 99);
        other.restore(snapshot);
        expect(after.map((move) => make(other, move, params))).toEqual(first);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a live tune as ABC', () => {
  it('is in the key that was asked for, four bars a line, and filled up', () => {
    const params = { ...DEFAULTS, key: 'Ador', meter: '6/8', tempo: 80 };
    const stream = streamOf(params);
    const melody = [69, 71, 72, 74, 76, 78, 79, 81, 79, 78, 76, 74];
    const notes = [...melody, ...melody, ...melody, 69, 71].map((pitch) => [pitch, 1] as const);
    const { tokens, end } = play(stream, notes, 0, EIGHTH);
    tokens.push(...stream.advance(end + 0.5));
    expect(liveAbc(tokens, params, { unfinishedBar: true })).toBe(
      [
        'X:1',
        'T:Jam',
        'M:6/8',
        'L:1/8',
        'Q:3/8=80',
        'K:Ador',
        'ABc def|gag fed|ABc def|gag fed|',
        'ABc def|gag fed|AB2 z3|]',
        '',
      ].join('\n'),
    );
    expect(liveAbc(tokens, params, { unfinishedBar: false, bars: 2 })).toContain(
      'K:Ador\nABc def|gag fed|]\n',
    );
    const parts = folkCodec.read('M:2/4 K:Cmaj |: C 4 | D 4 :| |: E 4 | F');
    expect(liveAbc(parts, { ...params, key: 'C', meter: '2/4' }, { unfinishedBar: true })).toContain(
      'K:C\nC4|D4||\nE4|Fz3|]\n',
    );
    expect(liveAbc(folkCodec.read('M:4/4 K:Cmaj'), params, { unfinishedBar: true })).toBe(null);
  });
});
