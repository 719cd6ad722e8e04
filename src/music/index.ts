/**
 * Music as notes in time: `continuo/music`. Standard MIDI Files read and written, the pedal, keys, and a piece as one player's
 * performance. Tunes in ABC are `continuo/abc`. It runs in a browser too.
 */
export { beatMapOf } from './beats/annotated-bars.js';
export { ANNOTATION_FILES, type Annotation, annotatedName, readAnnotations } from './beats/annotations.js';
export { type BarLines, barsBetween, bassOfBeats, offBeats } from './beats/bars.js';
export { type BeatMap, mapBetween, TICKS_PER_BEAT, tickAt } from './beats/beat-map.js';
export { beatsOfMidi } from './beats/from-midi.js';
export { parseChord } from './chords/chord.js';
export { type Key, keyOfShares } from './key.js';
export { readMidi, writeMidi } from './midi/index.js';
export type { MidiPiece, MidiTrack } from './midi/piece.js';
export { damageIn, type MidiWarning, MidiWarnings } from './midi/warnings.js';
export type { WritableTrack } from './midi/write.js';
export type { Note, PedalChange, Performance, PerformanceEvent } from './note.js';
export { applyPedal } from './pedal.js';
export { pianoPerformance, toPerformance, usablePedal } from './to-performance.js';
export type { Pitch, Seconds, Velocity } from './units.js';
