import { ContinuoError } from '../../errors.js';
import type { MidiPiece } from '../midi/piece.js';
import type { Performance } from '../note.js';
import { applyPedal } from '../pedal.js';
import { toPerformance } from '../to-performance.js';
import type { Seconds } from '../units.js';
import type { BeatMap } from './beat-map.js';
import { followBeats } from './follow.js';
import { beatsOfMidi } from './from-midi.js';

/**
 * The beats of a MIDI file (`performance`: of all that is not drums, perhaps without notes) until `until`, or those tracked in its notes where the notes do not fit the file's beats. Throws
 * BEATS_MISSING where there is no pulse.
 */
export function beatsOfPiece(piece: MidiPiece, performance: Performance, until: Seconds): BeatMap {
  // Where nobody else plays, beats are heard in the drums.
  const notes = applyPedal(
    performance.notes.length > 0 ? performance : toPerformance(piece, { drums: true }),
  );
  const map = beatsOfMidi(piece, notes, until) ?? followBeats(notes, until);
  if (map !== null) return map;
  throw new ContinuoError(
    'BEATS_MISSING',
    'Expected music with a steady pulse, but the notes keep neither to the tempo of the file nor to any other.',
    'Give a file that was played to a click, or whose tempo track follows the playing.',
  );
}
