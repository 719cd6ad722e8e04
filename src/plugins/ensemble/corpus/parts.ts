import { ContinuoError } from '../../../errors.js';
import { applyPedal, type MidiPiece, type Note, toPerformance, usablePedal } from '../../../music/index.js';

/** Names of tracks, as POP909 has them. */
const TRACKS = { leader: 'MELODY', counter: 'BRIDGE', piano: 'PIANO' } as const;

/** What the players of an arrangement play, as it sounds, sorted by start. The piano is chords and bass in one. */
export type Parts = Readonly<Record<keyof typeof TRACKS, readonly Note[]>>;

/**
 * The parts of a file by the names of its tracks. Only the piano's pedal is heard: melodies are sung or played by one voice, and their
 * tracks' pedals often stay down all through. Throws MIDI_EMPTY where a part is missing.
 */
export function partsOf(piece: MidiPiece): Parts {
  const part = (name: string): MidiPiece => ({
    ...piece,
    tracks: piece.tracks.filter(
      (track) => track.name.trim().toUpperCase() === name && track.notes.length > 0,
    ),
  });
  const missing = Object.values(TRACKS).find((name) => part(name).tracks.length === 0);
  if (missing !== undefined)
    throw new ContinuoError(
      'MIDI_EMPTY',
      `Expected tracks named ${Object.values(TRACKS).join(', ')}, but none that is named ${missing} has notes.`,
      'Name the tracks so: who leads, who plays a second melody, and the piano, whose hands are chords and bass.',
    );
  const keys = (name: string) => toPerformance(part(name)).notes;
  return {
    leader: keys(TRACKS.leader),
    counter: keys(TRACKS.counter),
    piano: applyPedal(usablePedal(toPerformance(part(TRACKS.piano)))),
  };
}
