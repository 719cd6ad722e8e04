import { ContinuoError } from '../errors.js';
import type { MidiPiece, MidiTrack } from './midi/piece.js';
import type { PedalChange, Performance } from './note.js';
import { applyPedal, byStartThenPitch } from './pedal.js';
import type { Seconds } from './units.js';

export interface ToPerformanceOptions {
  /** Whether the drums are notes too; not by default. */
  readonly drums?: boolean;
}

/**
 * Merges all tracks of a piece into one performance at one keyboard with one pedal. A pedal holds the notes of its channel alone (in
 * an MPE zone, the master's holds all): where several channels with notes have pedals, the notes get the lengths with which they
 * sound, after {@link usablePedal}, and the result has no pedal. Throws MIDI_EMPTY where no notes remain.
 */
export function toPerformance(piece: MidiPiece, options: ToPerformanceOptions = {}): Performance {
  return together(keyboards(piece, options));
}

/**
 * What somebody accompanies: all but the drums, as {@link toPerformance} gives it; without notes where there are drums alone. Throws MIDI_EMPTY
 * where nobody plays.
 */
export function accompanied(piece: MidiPiece): Performance {
  const drumsAlone = piece.tracks.every(({ drums, notes }) => drums || notes.length === 0);
  const all = toPerformance(piece, { drums: drumsAlone });
  return drumsAlone ? { notes: [], pedal: [] } : all;
}

/**
 * All tracks of a piece as played at one piano, for data sets: there the tracks of an arrangement are hands, not instruments, and
 * the pedal is that of the channel whose pedal moves most often, with notes of its own or without, where that is usable (see
 * {@link usablePedal}). So were the bundled models trained and measured. (The others' may rest anywhere: in POP909, where the
 * melody's often stays down, their union would blur 131 of 863 files, this one 82.) Throws MIDI_EMPTY.
 */
export function pianoPerformance(piece: MidiPiece): {
  readonly performance: Performance;
  readonly pedalIgnored: boolean;
} {
  const tracks = piece.tracks.filter((track) => !track.drums);
  const notes = tracks.flatMap((track) => track.notes).sort(byStartThenPitch);
  if (notes.length === 0) throw empty(piece);
  const pedals = [...new Set(tracks.map(({ channel }) => channel))].map((channel) =>
    pedalOf(tracks.filter((track) => track.channel === channel)),
  );
  const pedal = pedals.reduce((busiest, other) => (other.length > busiest.length ? other : busiest));
  const performance = usablePedal({ notes, pedal });
  return { performance, pedalIgnored: performance.pedal !== pedal };
}

/** Notes that share a pedal, by channel. */
function keyboards(piece: MidiPiece, options: ToPerformanceOptions): Performance[] {
  const tracks = piece.tracks.filter((track) => options.drums || !track.drums);
  const groups = new Map<number, MidiTrack[]>();
  for (const track of tracks) {
    const group = groups.get(track.pedalChannel) ?? [];
    groups.set(track.pedalChannel, group);
    group.push(track);
  }
  const played = [...groups.values()]
    .map((group) => ({
      notes: group.flatMap((track) => track.notes).sort(byStartThenPitch),
      pedal: pedalOf(group),
    }))
    .filter(({ notes }) => notes.length > 0);
  if (played.length === 0) throw empty(piece);
  return played;
}

function together(keyboards: readonly Performance[]): Performance {
  const [first, ...others] = keyboards as [Performance, ...Performance[]];
  const merged = (lists: readonly Performance['notes'][]) => lists.flat().sort(byStartThenPitch);
  if (others.every(({ pedal }) => isSame(pedal, first.pedal))) {
    return { notes: merged(keyboards.map(({ notes }) => notes)), pedal: first.pedal };
  }
  return { notes: merged(keyboards.map(usablePedal).map(applyPedal)), pedal: [] };
}

function isSame(a: readonly PedalChange[], b: readonly PedalChange[]): boolean {
  return (
    a.length === b.length && a.every(({ time, down }, at) => time === b[at]!.time && down === b[at]!.down)
  );
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

/** Changes of one channel's pedal, which several tracks may share. */
function pedalOf(tracks: readonly MidiTrack[]): PedalChange[] {
  const moves = tracks.flatMap((track) => track.pedal).sort((a, b) => a.time - b.time);
  return moves.filter(({ down }, index) => down !== (moves[index - 1]?.down ?? false));
}

function empty(piece: MidiPiece): ContinuoError {
  const drums = piece.tracks.some((track) => track.drums && track.notes.length > 0);
  return new ContinuoError(
    'MIDI_EMPTY',
    `Expected notes, but the MIDI file has ${drums ? 'none besides drums' : 'none'}.`,
    drums ? 'Give a file with notes on a channel other than 10.' : 'Give a file with notes in it.',
  );
}
