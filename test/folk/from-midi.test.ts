import { describe, expect, it } from 'vitest';
import { folkCodec } from '../../src/codec/folk/index.js';
import { midiTrackOf, tuneMidi } from '../../src/host/generate-midi.js';
import { openTuneModel } from '../../src/host/generate-model.js';
import { resolveWish } from '../../src/host/generate-rules.js';
import { tuneOf } from '../../src/host/generate-tune.js';
import { makeTunes } from '../../src/host/generate-tunes.js';
import { tuneFromMidi } from '../../src/music/abc/from-midi/index.js';
import { checkTune, keyText, meterText, readAbc, type Tune, writeAbc } from '../../src/music/abc/index.js';
import { readMidi } from '../../src/music/midi/index.js';
import { randomTune } from './random-tune.js';

/** As it is played without lilt: pitches, starts from the first note on and lengths, in eighths. */
function heard(tune: Tune): string[] {
  const { track, bpm } = midiTrackOf(tune, 0);
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
const wishes = kinds.map((kind) => ({ ...kind, form: 'AABB', bars: 8, range: 'any' }));

/** Lengths that people write: no thirds but in triplets, no tuplets of five and more. */
function usual(token: number): number {
  const word = folkCodec.write([token]);
  return /^\((?!2$|3$|4$)|\/(3|6)|\d{2}|[579]/.test(word) || word.startsWith('[') ? 1e-9 : 1;
}

describe('a tune that comes back from MIDI', () => {
  it('has the same notes, meter and bars, and jigs and reels also with their lilt', {
    timeout: 60_000,
  }, async () => {
    const model = await openTuneModel('folk', undefined);
    try {
      const asked = wishes.map((wish) => ({ wish, rules: resolveWish(wish, model.learnt), prime: [] }));
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
      const rules = resolveWish(wishes[seed % wishes.length]!);
      const { tokens, grammar } = randomTune(rules, seed, usual);
      const tune = tuneOf(tokens, grammar.placing!);
      const line = { ...tune, body: tune.body.filter(({ kind }) => kind !== 'chord') };
      if (line.body.length < tune.body.length) continue;
      expect([seed, ...heard(back(tune))]).toEqual([seed, ...heard(tune)]);
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
