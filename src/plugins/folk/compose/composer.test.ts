import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskedPieces } from '../../../host/compose/checked-composer.js';
import { type OpenComposer, openComposer } from '../../../host/compose/open-composer.js';
import { readAbc } from '../../../music/abc/index.js';
import { COOLEYS, KESH } from '../../../music/abc/testing/tunes.js';
import { TUNE_TYPES } from '../../../music/abc/tune-type.js';
import type { ComposeWatch, Piece } from '../../../plugin/composer.js';
import { MOST_PARTICLES } from '../generate/cadence.js';

let folk: OpenComposer;
beforeAll(async () => {
  folk = await openComposer('folk');
});
afterAll(() => folk.dispose());

const small = { form: 'AB', bars: 4, bestOf: 2 };
const asked = (more: Partial<AskedPieces> = {}): AskedPieces => ({
  ...{ count: 1, seed: 7 },
  ...more,
  options: { ...small, ...more.options },
});
const make = (more: Partial<AskedPieces>, watch?: ComposeWatch): Piece[] => [
  ...folk.composer.make(asked(more), watch),
];

it('declares what the grammar and the look-ahead take', () => {
  const { type, lookAhead } = folk.compose.options;
  expect(type!.param).toMatchObject({ choices: TUNE_TYPES });
  expect(lookAhead!.param).toMatchObject({ max: MOST_PARTICLES });
});

describe('tunes from nothing', () => {
  it('are what is asked for, type by type in each key, and the same for the same request', () => {
    const request = { options: { type: ['jig', 'reel'], key: ['Em', 'G'] }, count: 3 };
    const made = make(request);
    const kinds = made.map(({ made, details }) => [made!.options.type, made!.options.key, details!.key]);
    expect(kinds).toEqual([
      ['jig', 'Em', 'Em'],
      ['reel', 'Em', 'Em'],
      ['jig', 'G', 'G'],
    ]);
    expect(make(request).map(({ text }) => text)).toEqual(made.map(({ text }) => text));
    for (const { notes, segments, bpm } of made)
      expect([notes!.length > 20, segments!.filter(({ number }) => number > 0).length, bpm! > 30]).toEqual([
        true,
        8,
        true,
      ]);
  });

  it('count their candidates, and say bars as they come where there is one', () => {
    let candidates = 0;
    make({}, { candidate: (count) => (candidates = count) });
    expect(candidates).toBe(2);
    const grown: string[] = [];
    const said: string[] = [];
    const [alone] = make({ options: { bestOf: 1 } }, { grows: (text) => grown.push(text) });
    const [streamed] = make({ options: { bestOf: 1 } }, { goesOn: (text) => said.push(text) });
    const music = (text: string) => text.slice(text.indexOf('K:'));
    expect(grown.length).toBeGreaterThan(3);
    expect(music(said.join(''))).toBe(music(alone!.text));
    expect(streamed!.text).toBe(alone!.text);
  });

  it('are compared with what was learnt, and told of', () => {
    const [made] = make({ options: { novel: true } });
    expect(made!.text).toMatch(/^N:longest run shared with a training tune: /m);
    expect(made!.made!.remarks!.join(' ')).toMatch(/Longest run shared.*The grammar forbade/);
    expect(made!.made!.why!.length).toBeGreaterThan(0);
    const request = asked({ options: { novel: true } });
    expect(folk.composer.report(request, [made!])).toMatchObject({
      novelty: { mostShared: expect.any(Number) },
      settings: { lookAhead: 16, bestOf: 2 },
    });
    expect(folk.composer.summary(request, [made!]).join()).toContain('The grammar forbade');
  });

  it('say what was not learnt', () => {
    const notices: string[] = [];
    make({ options: { type: 'waltz', bestOf: 1 } }, { notice: (sentence) => notices.push(sentence) });
    expect(notices.join()).toContain('no waltzes');
  });
});

describe('of a tune that is given', () => {
  const bars = (text: string) => text.slice(text.indexOf('\nK:')).split(/\|/).slice(0, -1);

  it.each([
    ['redo', { segments: '3-4' }],
    ['keep', { segments: '1-2,5-16' }],
  ] as const)('%s leaves the other bars as they are', (edit, where) => {
    const given = { text: KESH, edit, ...where };
    const [made] = make({ given });
    const [was, is] = [bars(KESH), bars(made!.text)];
    const changed = was.flatMap((bar, place) => (is[place] === bar ? [] : [place]));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((place) => place >= 2 && place <= 4)).toBe(true);
  });

  it('vary and goOn make another tune of it', () => {
    const [varied] = make({ given: { text: COOLEYS, edit: 'vary' } });
    expect(varied!.title).toMatch(/a variation, 7-1$/);
    const goOn = { text: KESH, edit: 'goOn', after: 2 };
    const [gone] = make({ options: { form: 'AABB', bars: 8, bestOf: 1 }, given: goOn });
    expect(bars(gone!.text).slice(1, 2)).toEqual(bars(KESH).slice(1, 2));
    expect(gone!.title).toContain('gone on with');
  });

  it('takes the one that is meant of several, or says which it took', () => {
    const notices: string[] = [];
    const given = { text: `${KESH}\n${COOLEYS}`, edit: 'vary' };
    make({ given }, { notice: (sentence) => notices.push(sentence) });
    expect(notices.join()).toContain('The text has 2 tunes');
    expect(() => make({ given: { ...given, which: '77' } })).toThrow(/no tune X:77/);
  });

  it('is read as it stands, and written in every format', async () => {
    const piece = folk.composer.read(KESH);
    expect(piece.text).toBe(KESH);
    expect(await folk.composer.write(piece, 'abc')).toBe(KESH);
    const midi = await folk.composer.write(piece, 'midi');
    expect(
      Buffer.from(midi as Uint8Array)
        .subarray(0, 4)
        .toString(),
    ).toBe('MThd');
    expect(await folk.composer.write({ title: '', text: KESH }, 'midi', { lilt: 1 })).toHaveProperty(
      'length',
    );
    expect(await folk.composer.write(piece, 'svg')).toContain('<svg');
    const [made] = make({});
    const read = folk.composer.read(made!.text);
    expect(read.notes).toEqual(made!.notes);
    expect(readAbc(read.text)).toHaveLength(1);
  });
});

describe('what cannot be', () => {
  it.each([
    [{ options: { bars: 1 } }, 'PARAM_VALUE'],
    [{ options: { nonsense: 1 } }, 'PARAM_UNKNOWN'],
    [{ options: { key: [] } }, 'PARAM_VALUE'],
    [{ options: { form: ['A', 'B'] } }, 'PARAM_VALUE'],
    [{ options: { key: 'H' } }, 'OPTION_VALUE'],
    [{ options: { chords: true } }, 'OPTION_VALUE'],
    [{ options: { title: ' ' } }, 'OPTION_VALUE'],
    [{ given: { text: KESH, edit: 'redo' } }, 'OPTION_VALUE'],
    [{ given: { text: KESH, edit: 'sing' } }, 'OPTION_VALUE'],
    [{ given: { text: KESH, edit: 'vary', after: 2 } }, 'OPTION_VALUE'],
    [{ given: { text: 'nothing', edit: 'vary' } }, 'ABC_NO_TUNE'],
  ])('%j throws %s', (request, code) => {
    expect(() => make(request)).toThrow(expect.objectContaining({ code }));
  });
});
