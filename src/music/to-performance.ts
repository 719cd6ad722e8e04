import { ContinuoError } from '../errors.js';
import { DRUM_CHANNEL, type MidiPiece, type MidiTrack } from './midi/piece.js';
import type { PedalChange, Performance } from './note.js';
import { applyPedal, byStartThenPitch } from './pedal.js';
import type { Seconds } from './units.js';

export interface ToPerformanceOptions {
  /** Whether the drums (channel 10) are notes too; not by default. */
  readonly drums?: boolean;
}

/**
 * All tracks of a piece as one performance: one keyboard, one pedal. The pedal is that of the channel whose pedal moves most
 * often, with notes of its own or without: the others' may rest anywhere (in POP909, where the melody's often stays down,
 * their union would blur 131 of 863 files, this one 82; see {@link usablePedal}).
 * Throws MIDI_EMPTY where no notes remain.
 */
export function toPerformance(piece: MidiPiece, options: ToPerformanceOptions = {}): Performance {
  const tracks = piece.tracks.filter((track) => options.drums || track.channel !== DRUM_CHANNEL);
  const notes = tracks.flatMap((track) => track.notes).sort(byStartThenPitch);
  if (notes.length === 0) throw empty(piece);
  const pedals = [...new Set(tracks.map(({ channel }) => channel))].map((channel) =>
    pedalOf(channel, tracks),
  );
  const pedal = pedals.reduce((busiest, other) => (other.length > busiest.length ? other : busiest));
  return { notes, pedal };
}

const LONG_NOTE: Seconds = 4;
const LONG_NOTES_AT_MOST = 0.03;

/**
 * The performance without its pedal where that hardly ever comes up: taken literally, such a one (81 of POP909's 863 files)
 * holds every note to the next onset of its pitch. The sign is that more than 3 % of the notes would last over 4 s.
 */
export function usablePedal(performance: Performance): Performance {
  const sounding = applyPedal(performance);
  const long = sounding.filter(({ start, end }) => end - start > LONG_NOTE).length;
  return long > LONG_NOTES_AT_MOST * sounding.length ? { ...performance, pedal: [] } : performance;
}

/** Changes of one channel, which several tracks may share. */
function pedalOf(channel: number, tracks: readonly MidiTrack[]): PedalChange[] {
  const moves = tracks
    .filter((track) => track.channel === channel)
    .flatMap((track) => track.pedal)
    .sort((a, b) => a.time - b.time);
  return moves.filter(({ down }, index) => down !== (moves[index - 1]?.down ?? false));
}

function empty(piece: MidiPiece): ContinuoError {
  const drums = piece.tracks.some((track) => track.channel === DRUM_CHANNEL && track.notes.length > 0);
  return new ContinuoError(
    'MIDI_EMPTY',
    `Expected notes, but the MIDI file has ${drums ? 'none besides drums' : 'none'}.`,
    drums ? 'Give a file with notes on a channel other than 10.' : 'Give a file with notes in it.',
  );
}
