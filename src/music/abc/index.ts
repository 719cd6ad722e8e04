/**
 * Tunes in ABC notation: `continuo/abc`. Reading and writing ({@link readAbc}, {@link writeAbc}), the bars, keys, meters
 * and lengths of a tune, transposing, checking, editing the text of single bars, and playing as MIDI. Runs in a browser
 * too.
 */
export { type Bar, barsOfTune, complement, type Edge, fillOf, isPartEdge } from './bars.js';
export { checkTune, type Finding, type Findings } from './check.js';
export { DropCount, type Dropped } from './dropped.js';
export { barTexts, type EditedBars, editBars, editHeader, type NewBar, textUpTo } from './edit-bars.js';
export {
  add,
  compare,
  equal,
  type Fraction,
  fraction,
  multiply,
  ONE,
  subtract,
  ZERO,
} from './fraction.js';
export type { Warning } from './header.js';
export { INSTRUMENTS, writtenAbove } from './instruments.js';
export {
  C_MAJOR,
  type Key,
  keyText,
  LETTERS,
  MODES,
  type Mode,
  midiOf,
  plainKey,
  readKey,
  sharps,
  signature,
  type Tonic,
  tonicFifths,
  tonicOfFifths,
  tonicText,
} from './key.js';
export { barLength, isCompound, meterText, readMeter, tupletTime } from './meter.js';
export { readLength, readPitch } from './note-text.js';
export { type SoundingNote, soundingNotes } from './notes.js';
export { numbered } from './numbered.js';
export { type ReadTune, readAbc } from './read.js';
export { type Refusal, severalVoices } from './refusal.js';
export { append, isTimed, settled } from './signs.js';
export { Accidentals } from './sounding.js';
export { type Structure, structureOf } from './structure.js';
export { readTempo } from './tempo.js';
export { brokenText, lengthText, pitchText, stepText } from './text.js';
export { soundingDurations } from './timing.js';
export { midiTrackOf, type Playing, playedTune, tuneMidi } from './to-midi/index.js';
export { type AbcToken, abcTokens, joinTokens, type TokenKind } from './tokens.js';
export { transposeToC, transposeTune, writableTonic } from './transpose.js';
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
export { TUNE_TYPES, type TuneType, TYPE_METERS, tuneTypeOf } from './tune-type.js';
export { barText, writeAbc } from './write.js';
