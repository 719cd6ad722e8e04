export { type Bar, barsOf } from './bars.js';
export { checkTune, type Finding, type Findings } from './check.js';
export type { Dropped } from './dropped.js';
export { type Fraction, fraction } from './fraction.js';
export type { Warning } from './header.js';
export { INSTRUMENTS, writtenAbove } from './instruments.js';
export { type Key, keyText, LETTERS, MODES, type Mode, readKey, type Tonic } from './key.js';
export { barLength, meterText, readMeter } from './meter.js';
export { type SoundingNote, soundingNotes } from './notes.js';
export { numbered } from './numbered.js';
export { type ReadTune, readAbc } from './read.js';
export type { Refusal } from './refusal.js';
export { type AbcToken, abcTokens, joinTokens, type TokenKind } from './tokens.js';
export { transposeTune } from './transpose.js';
export { type Goal, type TransposedText, transposeText } from './transpose-text.js';
export type {
  Alteration,
  BarLine,
  Broken,
  ChordNote,
  ElementOf,
  Meter,
  Place,
  Tune,
  TuneElement,
  WrittenPitch,
} from './tune.js';
export { NOWHERE } from './tune.js';
export { writeAbc } from './write.js';
