import type { MidiPiece } from '../../music/midi/piece.js';
import type { Note, Performance } from '../../music/note.js';
import { applyPedal } from '../../music/pedal.js';
import type { Seconds } from '../../music/units.js';

/** A take's track of what the player played, as the host names it. */
const PLAYER = 'player';
/** Where the network had its turn the player is silent: live, silence is fed up to this bound too. */
const LONGEST_SILENCE: Seconds = 1;

/** What the player played in a take, without the rests in which the network answered; null where that is nothing. */
export function playedIn(take: MidiPiece): Performance | null {
  const track = take.tracks.find(({ name, notes }) => name === PLAYER && notes.length > 0);
  if (!track) return null;
  // The pedal is written into the notes, which it lengthens: what remains silent is silence.
  return { notes: withShortSilences(applyPedal(track)), pedal: [] };
}

/** Moves notes forward in time so that no silence lasts longer than the bound; the first note begins at 0. */
function withShortSilences(notes: readonly Note[]): Note[] {
  let removed = notes[0]!.start;
  let sounding = notes[0]!.start;
  return notes.map((note) => {
    removed += Math.max(0, note.start - sounding - LONGEST_SILENCE);
    sounding = Math.max(sounding, note.end);
    return { ...note, start: note.start - removed, end: note.end - removed };
  });
}
