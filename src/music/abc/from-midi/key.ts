import type { MidiPiece } from '../../midi/piece.js';
import { type Key, keyText, type Mode, midiOf, sharps, tonicOfFifths } from '../key.js';
import type { PlacedNote } from './grid.js';

/** Modes of traditional tunes, the likeliest first. */
const TUNE_MODES: readonly Mode[] = ['maj', 'min', 'dor', 'mix'];
/** Bonus of a key whose tonic is the last note, and of each mode. */
const LAST = 0.25;
const USUAL: Readonly<Partial<Record<Mode, number>>> = { maj: 0.05, min: 0.02, dor: 0.02, mix: 0 };

/** The key signature at the beginning of the file; undefined where there is none. */
export function saidKey({ keySignatures }: MidiPiece): Key | undefined {
  const [said] = keySignatures;
  if (said === undefined) return undefined;
  const mode = said.mode === 'minor' ? 'min' : 'maj';
  return { tonic: tonicOfFifths(said.sharps + (mode === 'min' ? 3 : 0)), mode };
}

/**
 * Estimates the key whose scale covers most of the notes, weighted by duration, and whose tonic, third and fifth sound
 * longest. Few sharps or flats are preferred.
 */
export function heardKey(notes: readonly PlacedNote[]): Key {
  return scored(notes)[0]!.key;
}

/** How much higher another tonic must score than the file's own to replace it. */
const CLEARLY = 0.3;

/**
 * The key of a file's signature, which knows only major and minor. Where another tonic with the same signature scores
 * clearly higher, returns that key instead, such as A dorian for a file in G.
 */
export function keyWithin(said: Key, notes: readonly PlacedNote[]): Key {
  const count = sharps(said.tonic, said.mode);
  const same = scored(notes).filter(({ key }) => sharps(key.tonic, key.mode) === count);
  const own = same.find(({ key }) => keyText(key) === keyText(said));
  const [best] = same;
  return best && own && best.score > own.score + CLEARLY ? best.key : said;
}

/** All candidate keys with their scores, the highest first. */
function scored(notes: readonly PlacedNote[]): { readonly key: Key; readonly score: number }[] {
  const time = new Array<number>(12).fill(0);
  for (const { pitch, start, end } of notes) time[pitch % 12]! += end.num / end.den - start.num / start.den;
  const total = time.reduce((sum, part) => sum + part, 0);
  const last = notes.at(-1)!.pitch % 12;
  const keys: { key: Key; score: number }[] = [];
  for (let fifths = -5; fifths <= 6; fifths++) {
    const tonic = tonicOfFifths(fifths);
    for (const mode of TUNE_MODES) {
      const count = sharps(tonic, mode);
      if (Math.abs(count) > 6) continue;
      const root = (((7 * fifths) % 12) + 12) % 12;
      const scale = Array.from({ length: 7 }, (_, step) => (((7 * (count - 1 + step)) % 12) + 12) % 12);
      const inside = scale.reduce((sum, pitch) => sum + time[pitch]!, 0) / total;
      const third = mode === 'min' || mode === 'dor' ? 3 : 4;
      const chord =
        (0.5 * time[root]! + 0.25 * time[(root + 7) % 12]! + 0.15 * time[(root + third) % 12]!) / total;
      const score = 3 * inside + chord + (root === last ? LAST : 0) + USUAL[mode]! - 0.01 * Math.abs(count);
      keys.push({ key: { tonic, mode }, score });
    }
  }
  return keys.sort((a, b) => b.score - a.score);
}

/** The staff step and alteration with which a pitch is written in a key, as near to its scale as possible. */
export function spelled(
  pitch: number,
  { tonic, mode }: Key,
): { readonly step: number; readonly alter: number } {
  const first = sharps(tonic, mode) - 1;
  // Twelve spellings along the circle of fifths: the seven of the key, two flats before them and three sharps after them,
  // which include a minor key's leading note.
  const place = Array.from({ length: 12 }, (_, index) => first - 2 + index).find(
    (fifths) => (((7 * fifths - pitch) % 12) + 12) % 12 === 0,
  )!;
  const { letter, alter } = tonicOfFifths(place);
  const octave = Math.round((pitch - midiOf(letter, alter)) / 12);
  return { step: letter + 7 * octave, alter };
}
