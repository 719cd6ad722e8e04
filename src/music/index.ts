/**
 * Music as notes in time: `continuo/music`. Standard MIDI Files read and written, the pedal, keys, and a piece as one player's
 * performance. Tunes in ABC are `continuo/abc`. It runs in a browser too.
 */
export { beatMapOf } from './beats/annotated-bars.js';
export { ANNOTATION_FILES, type Annotation, annotatedName, readAnnotations } from './beats/annotations.js';
export { type BarLines, barsBetween, bassOfBeats, offBeats } from './beats/bars.js';
export { type BeatClock, beatAt, beatClockFrom, bent, paceAt, timeOfBeat } from './beats/beat-clock.js';
export {
  type BeatMap,
  EARLY,
  FEWEST_BEATS,
  MOST_BEATS,
  mapBetween,
  TICKS_PER_BEAT,
  TICKS_PER_SLOT,
  tickAt,
  timeAt,
} from './beats/beat-map.js';
export {
  type BeatFollower,
  beatsOf,
  EMPTY_FOLLOWER,
  followNote,
  followUntil,
  lastBeats,
  shiftedLater,
  withHints,
} from './beats/follow.js';
export { beatsOfMidi } from './beats/from-midi.js';
export { METERS, type Meter } from './beats/meter.js';
export { beatsOfPiece } from './beats/of-piece.js';
export {
  bentTo,
  catchUp,
  countBars,
  heardPulseOf,
  hearOnset,
  type KnownPulse,
  keepsTime,
  NO_PULSE,
  type PulseEar,
  pulseOf,
  tellBeats,
} from './beats/pulse-ear.js';
export { type BeatHints, BeatTracker, type GivenPulse } from './beats/tracker.js';
export { chordsByBeat } from './chords/by-beat.js';
export { type Chord, chordWords, parseChord, QUALITIES, type Quality } from './chords/chord.js';
export { type Key, keyOfShares } from './key.js';
export { readMidi, writeMidi } from './midi/index.js';
export type { MidiPiece, MidiTrack } from './midi/piece.js';
export { damageIn, type MidiWarning, MidiWarnings } from './midi/warnings.js';
export type { WritableTrack } from './midi/write.js';
export type { Note, PedalChange, Performance, PerformanceEvent } from './note.js';
export { applyPedal, byStartThenPitch } from './pedal.js';
export { accompanied, pianoPerformance, toPerformance, usablePedal } from './to-performance.js';
export type { Pitch, Seconds, Velocity } from './units.js';
