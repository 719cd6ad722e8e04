import { describe, expect, it } from 'vitest';
import { openComposerModel } from '../../src/host/compose/open-composer.js';
import { tuneFromMidi } from '../../src/music/abc/from-midi/index.js';
import {
  barsOfTune,
  checkTune,
  keyText,
  meterText,
  readAbc,
  type Tune,
  writeAbc,
} from '../../src/music/abc/index.js';
import { COOLEYS, HORNPIPE, KESH } from '../../src/music/abc/testing/tunes.js';
import { midiTrackOf, tuneMidi } from '../../src/music/abc/to-midi/index.js';
import { readMidi } from '../../src/music/midi/index.js';
import { folkCodec } from '../../src/plugins/folk/codec/index.js';
import { tuneModelOf } from '../../src/plugins/folk/generate/model.js';
import { resolveRequest } from '../../src/plugins/folk/generate/rules.js';
import { tuneOf } from '../../src/plugins/folk/generate/tune.js';
import { makeTunes } from '../../src/plugins/folk/generate/tunes.js';
import { randomTune } from './random-tune.js';

/** As it is played without lilt: pitches, starts from the first note on and lengths, in eighths. */
function heard(tune: Tune, lilt = 0): string[] {
  const { track, bpm } = midiTrackOf(tune, lilt);
  const eighths = (seconds: number) => ((seconds * bpm) / 30 + 1e-4).toFixed(2);
  return track.events.map(
    ({ pitch, start, end }) => `${pitch} ${eighths(start - track.events[0]!.start)} ${eighths(end - start)}`,
  );
}

/** Through MIDI and back, and through the text of an ABC file. */
function back(tune: Tune, lilt = 0): Tune {
  const { tune: found } = tuneFromMidi(readMidi(tuneMidi(tune, lilt)));
  const [{ tune: read, refusal } = {}] = readAbc(writeAbc(found));
  expect(refusal).toBeUndefined();
  return read!;
}

const kinds = [
  { type: 'reel', key: 'Ador' },
  { type: 'jig', key: 'G' },
  { type: 'slip-jig', key: 'Em' },
  { type: 'hornpipe', key: 'Bb' },
  { type: 'polka', key: 'D' },
  { type: 'waltz', key: 'F#m' },
];
const requests = kinds.map((kind) => ({ ...kind, form: 'AABB', bars: 8, range: 'any' }));

/** Lengths that people write: no thirds but in triplets, no tuplets of five and more. */
function usual(token: number): number {
  const word = folkCodec.write([token]);
  return /^\((?!2$|3$|4$)|\/(3|6)|\d{2}|[579]/.test(word) || word.startsWith('[') ? 1e-9 : 1;
}

describe('a tune that comes back from MIDI', () => {
  it('has the same notes, meter and bars, and jigs and reels also with their lilt', {
    timeout: 60_000,
  }, async () => {
    const model = await tuneModelOf(await openComposerModel('folk'));
    try {
      const asked = requests.map((request) => ({
        request,
        rules: resolveRequest(request, model.learnt),
        prime: [],
      }));
      const order = { asked, count: 18, bestOf: 1, temperature: 1, topP: 1, seed: 5, lookAhead: 1 };
      for (const { tune } of makeTunes(model, order)) {
        const found = back(tune);
        expect(heard(found)).toEqual(heard(tune));
        expect(meterText(found.meter)).toBe(meterText(tune.meter));
        expect(checkTune(found).errors).toEqual([]);
        if (tune.type !== 'jig' && tune.type !== 'reel') continue;
        expect(heard(back(tune, 1))).toEqual(heard(tune));
      }
    } finally {
      model.engine.dispose();
    }
  });

  it('has the same notes whatever its rhythm', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const rules = resolveRequest(requests[seed % requests.length]!);
      const { tokens, grammar } = randomTune(rules, seed, usual);
      const tune = tuneOf(tokens, grammar.placing!);
      const line = { ...tune, body: tune.body.filter(({ kind }) => kind !== 'chord') };
      if (line.body.length < tune.body.length) continue;
      expect([seed, ...heard(back(tune))]).toEqual([seed, ...heard(tune)]);
    }
  });
});

describe('what is played twice in a row', () => {
  it.each([
    ['a pickup, endings', COOLEYS, '|:'],
    ['two parts', KESH, '|:'],
    ['a hornpipe, whose pickup is part of its last bar', HORNPIPE.replace('[eg]2-[eg]', 'e2-e'), '|:'],
  ])('is written once: %s', (_, abc, sign) => {
    const [{ tune } = {}] = readAbc(abc);
    const found = back(tune!);
    expect(heard(found)).toEqual(heard(tune!));
    expect(barsOfTune(found).length).toBe(barsOfTune(tune!).length);
    expect(writeAbc(found)).toContain(sign);
    expect(checkTune(found)).toEqual({ errors: [], warnings: [] });
  });

  it.each([
    ['four bars', 'GABc|dBGB|A4|FGAF:|', ':|'],
    ['endings of one bar', 'D|GABc|dBGB|A4|1 FGA:|2 G3||d|edcB|A4|G4|G3|]', '|1'],
    ['a bar that is another in the middle', 'GABc|dBGB|A4|FGAF|GABc|dBcB|A4|FGAF|]', undefined],
    ['a figure of two bars', 'GABc|dBGB|GABc|dBGB|A4|]', undefined],
    ['a note over the seam', 'GABc|dBGB|A4|FGAG-|GABc|dBGB|A4|FGAG|]', undefined],
    ['what comes three times', 'GABc|dBGB|A4|FGAF:|GABc|dBGB|A4|FGAF|]', ':|'],
  ])('%s: %s', (_, music, sign) => {
    const [{ tune } = {}] = readAbc(`X:1\nM:2/4\nL:1/8\nK:G\n${music}\n`);
    const found = back(tune!);
    expect(heard(found)).toEqual(heard(tune!));
    const written = writeAbc(found);
    if (sign === undefined) expect(written).not.toMatch(/:\||\|:/);
    else expect(written).toContain(sign);
    expect(checkTune(found).errors).toEqual([]);
  });
});

describe('a hornpipe as it is played', () => {
  const music = 'G2|cBcd ecGE|A>Bc>A (3GAG E2|F2 A/B/c/d/ d2 dc|(3Bcd BG A2 GF|cBcd ecGE|c2 E2 C2|]';

  it('is written even, and sounds the same again', () => {
    const [{ tune } = {}] = readAbc(`X:1\nR:hornpipe\nM:4/4\nL:1/8\nK:C\n${music}\n`);
    const found = back(tune!, 1);
    expect(found.type).toBe('hornpipe');
    expect(heard(found, 1)).toEqual(heard(tune!, 1));
    expect(writeAbc(found)).toContain('ABcA (3GAG E2|F2A/B/c/d/ d2dc|');
  });

  it('stays as it is where some pairs are even or dotted, or few are two to one', () => {
    const of = (music: string) => readAbc(`X:1\nM:4/4\nL:1/8\nK:C\n${music}\n`)[0]!.tune!;
    const pair = '(3:2:2c2d';
    for (const music of [
      `${pair} ${pair} ${pair} cd|${pair} ${pair} ${pair} e2|`,
      `${pair} ${pair} ${pair} c>d|${pair} ${pair} ${pair} e2|`,
      `${pair} ${pair} ${pair} (3cde|(3ede (3cdc (3cdc e2|`,
    ]) {
      const found = back(of(music));
      expect(found.type).toBeUndefined();
      expect(heard(found, 1)).toEqual(heard(of(music), 1));
    }
  });
});

it('keeps pickups, triplets, rests, ties over bars and syncopations', () => {
  const music = '|:e|edB G2A|(3BAB A2 z2|A3/B/ c2d-|d4 e2-|e2f (2ab g2|';
  const [{ tune } = {}] = readAbc(
    `X:1\nR:jig\nM:6/8\nL:1/8\nK:G\n${music.replace('(3BAB A2 z2', 'B3 A z2')}\n`,
  );
  const found = back(tune!);
  expect(heard(found)).toEqual(heard(tune!));
  expect(keyText(found.key)).toBe('G');
});
