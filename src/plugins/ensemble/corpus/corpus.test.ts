import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../../../test/requires.js';
import { ANNOTATION_FILES, readMidi, writeMidi } from '../../../music/index.js';
import { parseSplits } from '../../../training/dataset/corpus.js';
import { PLAYERS, type Player } from '../codec/step.js';
import { ensembleVocabulary } from '../codec/vocabulary.js';
import type { BeatNote } from '../gestures/classify.js';
import { GESTURE_COUNT, type GestureId, gesture } from '../gestures/gesture.js';
import { beatsOf, ensembleCorpus, playersOf, stepsOf } from './corpus.js';
import { handsOf } from './hands.js';
import { partsOf } from './parts.js';

const BEAT = 0.5;
const BARS = 6;
const note = (pitch: number, start: number, length = 0.9): BeatNote => ({
  pitch,
  velocity: 70,
  start: start * BEAT,
  end: (start + length) * BEAT,
});

/** Six bars of four: a tune by steps, a long second voice, chords on each beat above a bass on the first. */
const each = <T>(one: (beat: number) => T[]) =>
  Array.from({ length: 4 * BARS }, (_, beat) => one(beat)).flat();
const MELODY = each((beat) => [note(72 + (beat % 3), beat, 0.45), note(73 + (beat % 3), beat + 0.5, 0.45)]);
const BRIDGE = each((beat) => (beat % 4 === 0 ? [note(79, beat, 3.9)] : []));
const CHORDS = each((beat) => [60, 64, 67].map((pitch) => note(pitch, beat)));
const BASS = each((beat) => (beat % 4 === 0 ? [note(36, beat, 3.9), note(48, beat, 3.9)] : []));

const arrangement = (tracks: Record<string, readonly BeatNote[]>) =>
  writeMidi(
    Object.entries(tracks).map(([name, notes], channel) => ({ name, channel, events: notes })),
    { tempos: [{ time: 0, bpm: 120 }] },
  );

const source = { path: 'made.mid', warn() {} };
const exampleOf = (bytes: Uint8Array) => [...ensembleCorpus.examples(bytes, source)][0]!;

describe('the corpus of arrangements', () => {
  const codec = ensembleCorpus.codec('ensemble-steps', {});
  const whole = { MELODY, BRIDGE, PIANO: [...CHORDS, ...BASS].sort((a, b) => a.start - b.start) };

  it('makes a step of each beat, by the tempo of the file', () => {
    const example = exampleOf(arrangement(whole));
    if (!('piece' in example)) throw example.refused;
    const { tokens, steps } = ensembleCorpus.tokens(example.piece, codec);
    expect([steps, tokens.length]).toEqual([24, 48]);
    const words = tokens.slice(0, 6).map((token) => ensembleVocabulary.describe(token));
    expect(words).toEqual([
      'leader: silence',
      'counter: one tone, chords: chord, bass: one tone',
      'leader: steps up',
      'counter: held, chords: chord, bass: held',
      'leader: steps up',
      'counter: held, chords: chord, bass: held',
    ]);
  });

  it('refuses a file that has no such parts, and says which names are looked for', () => {
    const { BRIDGE: _, ...without } = whole;
    expect(() => exampleOf(arrangement(without))).toThrow(
      expect.objectContaining({
        code: 'MIDI_EMPTY',
        message: expect.stringContaining('none that is named BRIDGE'),
      }),
    );
    expect(() => ensembleCorpus.codec('other', {})).toThrow(
      expect.objectContaining({ code: 'CODEC_UNKNOWN' }),
    );
  });
});

describe('hands', () => {
  it('part where they are far apart, also where they move', () => {
    const high = (beat: number) => (beat < 8 ? 0 : 9);
    const right = each((beat) =>
      [64, 67, 72].map((pitch) => ({ ...note(pitch + high(beat), 0), start: beat, end: beat + 1 })),
    );
    const left = each((beat) =>
      [48, 55].map((pitch) => ({ ...note(pitch + high(beat), 0), start: beat, end: beat + 1 })),
    );
    const parted = handsOf([...left, ...right].sort((a, b) => a.start - b.start));
    expect(parted.left).toEqual(left);
    expect(parted.right).toEqual(right);
  });

  it('may rest', () => {
    const alone = each((beat) => [{ ...note(76, 0), start: beat, end: beat + 1 }]);
    expect(handsOf(alone)).toEqual({ left: [], right: alone });
    expect(handsOf([])).toEqual({ left: [], right: [] });
  });
});

/** Every so many of the held-out songs. */
const EVERY = 9;

describeWith('the corpora (CONTINUO_DATA)', 'songs of POP909', (data) => {
  it('are four players, each of whom has gestures of their own', () => {
    const folder = join(data, 'performance/pop909');
    const tables = ANNOTATION_FILES.map((name) => [
      name,
      readFileSync(join(data, 'performance/pop909_annotations', name)),
    ]);
    const codec = ensembleCorpus.codec('ensemble-steps', { aids: { beats: Object.fromEntries(tables) } });
    const songs = parseSplits(readFileSync(join(folder, 'splits.csv'), 'utf8'))
      .filter(({ split }) => split === 'valid')
      .filter((_, index) => index % EVERY === 0);
    const shares = Object.fromEntries(
      PLAYERS.map((player) => [player, new Array<number>(GESTURE_COUNT).fill(0)]),
    );
    let count = 0;
    for (const { path } of songs) {
      const piece = readMidi(readFileSync(join(folder, path)));
      const file = { path, piece, parts: partsOf(piece) };
      const map = codec.beatsOf(file);
      const steps = stepsOf(playersOf(file.parts, map), map.beats.length - 1);
      count += steps.length;
      for (const step of steps) for (const player of PLAYERS) shares[player]![step[player]]!++;
      const { tokens } = ensembleCorpus.tokens(file, codec);
      expect(codec.decode!(tokens)).toEqual(
        steps.map((step, at) => (at + 1 < steps.length ? step : { ...step, leader: 0 })),
      );
    }
    const share = (player: Player, id: GestureId) => shares[player]![gesture[id]]! / count;
    expect(share('chords', 'chord')).toBeGreaterThan(0.2);
    expect(share('leader', 'chord')).toBeLessThan(0.02);
    expect(share('bass', 'held') + share('bass', 'tone')).toBeGreaterThan(0.4);
    // No gesture says what most beats have, in any part.
    for (const of of Object.values(shares)) expect(Math.max(...of) / count).toBeLessThan(0.6);
  });

  it('have beats of the file where its notes keep to its tempo', () => {
    const piece = readMidi(readFileSync(join(data, 'performance/pop909/001.mid')));
    const map = beatsOf({ path: '001.mid', piece, parts: partsOf(piece) }, undefined);
    expect(map.beats.length).toBeGreaterThan(100);
  });
});
