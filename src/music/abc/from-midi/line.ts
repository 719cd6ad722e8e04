import { ContinuoError } from '../../../errors.js';
import { DRUM_CHANNEL, type MidiPiece, type MidiTrack } from '../../midi/piece.js';

/** A note of the melody as played; times in eighth notes from the beginning of the file. */
export interface LineNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  readonly end: number;
}

/** Notes that begin within this many eighths of one another begin together. */
const TOGETHER = 0.1;
/** Legato overlap that is allowed: this share of the next note, and at most so many eighths. */
const LEGATO = 0.5;
const LONGEST_LEGATO = 0.6;

/**
 * The melody line of a piece, or of its `track`, counted from 1 through the tracks that have notes; drums are left out.
 * Throws MIDI_EMPTY, MIDI_POLYPHONY with the first place where two notes sound at once, and OPTION_VALUE where there is
 * no such track.
 */
export function lineOf(
  piece: MidiPiece,
  track: number | undefined,
  barAt: (time: number) => number,
): LineNote[] {
  const tracks = piece.tracks.filter(({ channel, notes }) => channel !== DRUM_CHANNEL && notes.length > 0);
  if (tracks.length === 0)
    throw new ContinuoError('MIDI_EMPTY', 'The MIDI file has no notes.', 'Drums are not read.');
  const chosen = track === undefined ? tracks : tracks.slice(track - 1, track);
  if (chosen.length === 0)
    throw new ContinuoError(
      'OPTION_VALUE',
      `There is no track ${track}.`,
      `There are ${tracksText(tracks)}.`,
    );
  const eighths = eighthsOf(piece);
  const notes = chosen
    .flatMap(({ notes }) =>
      notes.map(({ pitch, velocity, start, end }) => ({
        ...{ pitch, velocity },
        start: eighths(start),
        end: eighths(end),
      })),
    )
    .sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  const line: LineNote[] = [];
  for (const note of notes) {
    const before = line.at(-1);
    if (before && note.start - before.start < TOGETHER && note.pitch === before.pitch) continue;
    if (before && clash(before, note)) throw polyphony([before, note], piece, { tracks, chosen }, barAt);
    line.push(note);
  }
  return line;
}

function clash(before: LineNote, note: LineNote): boolean {
  const overlap = Math.min(before.end, note.end) - note.start;
  if (note.start - before.start < TOGETHER) return true;
  return overlap > Math.min(LEGATO * (note.end - note.start), LONGEST_LEGATO) + TOGETHER;
}

function polyphony(
  [before, note]: readonly [LineNote, LineNote],
  piece: MidiPiece,
  { tracks, chosen }: { readonly tracks: readonly MidiTrack[]; readonly chosen: readonly MidiTrack[] },
  barAt: (time: number) => number,
): ContinuoError {
  const seconds = secondsOf(piece, note.start).toFixed(2);
  const others =
    chosen.length > 1
      ? `Choose one with --track N: ${tracksText(tracks)}.`
      : 'Leave one voice in the track with a sequencer, and try again.';
  return new ContinuoError(
    'MIDI_POLYPHONY',
    `Two notes sound at once in bar ${barAt(note.start)}, at ${seconds} s: ${pitchName(before.pitch)} and ${pitchName(note.pitch)}. One line of notes can be written as a tune.`,
    others,
  );
}

function tracksText(tracks: readonly MidiTrack[]): string {
  return tracks
    .map(({ name, notes }, index) => `${index + 1}${name === '' ? '' : ` "${name}"`} (${notes.length} notes)`)
    .join(', ');
}

const SHARPS = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];

/** The name of a MIDI number; middle C (60) is C4. */
function pitchName(pitch: number): string {
  return `${SHARPS[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** A function from seconds to eighth notes. A file timed in frames has no beats; it counts as 120 bpm. */
export function eighthsOf({ tempos }: MidiPiece): (seconds: number) => number {
  const changes: { time: number; eighth: number; rate: number }[] = [];
  for (const { time, bpm } of tempos.length > 0 ? tempos : [{ time: 0, bpm: 120 }]) {
    const last = changes.at(-1);
    const eighth = last ? last.eighth + (time - last.time) * last.rate : 0;
    changes.push({ time, eighth, rate: bpm / 30 });
  }
  return (seconds) => {
    const { time, eighth, rate } = changes.findLast(({ time }) => time <= seconds) ?? changes[0]!;
    return eighth + (seconds - time) * rate;
  };
}

function secondsOf(piece: MidiPiece, eighth: number): number {
  const at = eighthsOf(piece);
  const { tempos } = piece;
  const tempo = tempos.findLast(({ time }) => at(time) <= eighth) ?? { time: 0, bpm: 120 };
  return tempo.time + (eighth - at(tempo.time)) / (tempo.bpm / 30);
}
