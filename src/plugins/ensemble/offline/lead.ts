import { ContinuoError } from '../../../errors.js';
import type { MidiPiece, MidiTrack } from '../../../music/midi/piece.js';

/** Names of tracks that lead. */
const LEADS = /melod|vocal|voice|voix|sing|gesang|lead|solo|theme/i;

/**
 * The track that leads: the one of the name that was asked for, else one that is named as a melody, else the one with the highest notes.
 * Throws OPTION_VALUE where no track has the name, MIDI_EMPTY where nothing but drums plays.
 */
export function leadOf({ tracks }: MidiPiece, name: string | null): MidiTrack {
  const playing = tracks.filter(({ drums, notes }) => !drums && notes.length > 0);
  if (playing.length === 0) {
    throw new ContinuoError(
      'MIDI_EMPTY',
      `Expected a melody to play with, but ${tracks.some(({ notes }) => notes.length > 0) ? 'the file has drums alone' : 'the file has no notes'}.`,
      'Give a MIDI file in which an instrument leads.',
    );
  }
  if (name !== null) {
    const asked = playing.find((track) => track.name.trim().toLowerCase() === name.trim().toLowerCase());
    if (asked) return asked;
    const names = playing.map((track) => JSON.stringify(track.name)).join(', ');
    throw new ContinuoError(
      'OPTION_VALUE',
      `lead: expected the name of a track with notes, got ${JSON.stringify(name)}.`,
      `The file has ${names}.`,
    );
  }
  return playing.find((track) => LEADS.test(track.name)) ?? highest(playing);
}

/** The track whose notes lie highest on the mean. */
function highest(tracks: readonly MidiTrack[]): MidiTrack {
  const mean = ({ notes }: MidiTrack) => notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length;
  return tracks.reduce((best, track) => (mean(track) > mean(best) ? track : best));
}
