export type { MidiPiece, MidiTrack } from './piece.js';
export { readMidi } from './read.js';
export { type WritableTrack, type WriteMidiOptions, writeMidi } from './write.js';
