import type { Voice } from '../../../../codec/codec.js';
import type { Note } from '../../../../music/note.js';
import type { Pitch, Seconds, Velocity } from '../../../../music/units.js';

/** A note of either voice; `end` is Infinity while it sounds. */
export interface VoicedNote extends Note {
  readonly voice: Voice;
  /** The key is down; a player's note whose key is up sounds on by the pedal. */
  readonly down: boolean;
}

/** The notes of two voices. Immutable. */
export interface Music {
  /** Sorted by onset. */
  readonly notes: readonly VoicedNote[];
  /** The player's pedal is down. */
  readonly pedal: boolean;
}

export const SILENCE: Music = { notes: [], pedal: false };

/** Bound on the number of notes, and how many are kept when it is reached. */
const MOST_NOTES = 1536;
const KEPT_NOTES = 1024;
/** Notes that still sound are looked for among this many last ones. */
const SOUNDING = 256;

export function strike(
  music: Music,
  voice: Voice,
  note: { readonly time: Seconds; readonly pitch: Pitch; readonly velocity: Velocity },
): Music {
  const { time, pitch, velocity } = note;
  const before = ended(music, time, (other) => other.pitch === pitch);
  const struck = { pitch, velocity, start: time, end: Number.POSITIVE_INFINITY, voice, down: true };
  const kept = before.notes.length < MOST_NOTES ? before.notes : before.notes.slice(-KEPT_NOTES);
  return { ...before, notes: [...kept, struck] };
}

export function lift(music: Music, voice: Voice, pitch: Pitch, time: Seconds): Music {
  const isIt = (note: VoicedNote) => note.voice === voice && note.pitch === pitch && note.down;
  if (voice === 'model' || !music.pedal) return ended(music, time, isIt);
  return changed(music, isIt, (note) => ({ ...note, down: false }));
}

export function movePedal(music: Music, down: boolean, time: Seconds): Music {
  const moved = { ...music, pedal: down };
  return down ? moved : ended(moved, time, (note) => note.voice === 'player' && !note.down);
}

/** The pitches that a voice holds by key or pedal, ascending. */
export function heldBy({ notes }: Music, voice: Voice): Pitch[] {
  return notes
    .slice(-SOUNDING)
    .filter((note) => note.end === Number.POSITIVE_INFINITY && note.voice === voice)
    .map(({ pitch }) => pitch)
    .sort((a, b) => a - b);
}

/** Ends the sounding notes that `isMeant` selects at `time`; each lasts at least a moment. */
export function ended(music: Music, time: Seconds, isMeant: (note: VoicedNote) => boolean): Music {
  return changed(music, isMeant, (note) => ({
    ...note,
    down: false,
    end: Math.max(time, note.start + MOMENT),
  }));
}

const MOMENT: Seconds = 0.01;

function changed(
  music: Music,
  isMeant: (note: VoicedNote) => boolean,
  change: (note: VoicedNote) => VoicedNote,
): Music {
  const sounds = (note: VoicedNote) => note.end === Number.POSITIVE_INFINITY && isMeant(note);
  const old = Math.max(0, music.notes.length - SOUNDING);
  if (!music.notes.slice(old).some(sounds)) return music;
  return {
    ...music,
    notes: music.notes.map((note, index) => (index >= old && sounds(note) ? change(note) : note)),
  };
}

/** The notes that began before `time`, cut there. */
export function notesUntil({ notes }: Music, time: Seconds): Note[] {
  return notes
    .filter(({ start }) => start < time)
    .map((note) => ({ ...note, end: Math.min(note.end, time) }));
}

/** Time of the last onset or end. */
export function lastEdge({ notes }: Music): Seconds {
  let last = Number.NEGATIVE_INFINITY;
  for (const { start, end } of notes.slice(-SOUNDING))
    last = Math.max(last, end === Number.POSITIVE_INFINITY ? start : end);
  return last;
}

/** Shifts all notes by `seconds`. */
export function shifted(music: Music, seconds: Seconds): Music {
  return {
    ...music,
    notes: music.notes.map((note) => ({ ...note, start: note.start + seconds, end: note.end + seconds })),
  };
}
