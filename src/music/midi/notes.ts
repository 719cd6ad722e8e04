import tone from '@tonejs/midi';
import type { Pitch, Velocity } from '../units.js';
import type { TickEvent } from './events.js';
import type { MidiWarnings } from './warnings.js';

/** A note in the ticks of its track. `end > start`. */
export interface TickNote {
  readonly channel: number;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  readonly start: number;
  readonly end: number;
  /** Whether its end is missing in the file. */
  readonly unended?: true;
}

/** The most notes that are read by @tonejs/midi, which searches all note-offs for each note: quadratic, seconds at 20,000 notes. */
const TONE_LIMIT = 4000;

/**
 * The notes of one track, through @tonejs/midi where every note-on of `events` has its note-off there; it loses a note without
 * one, and one held over a program change, so elsewhere, and where it throws, the pairs are made here. No note-on of `events` is
 * ever left out. A note without an end lasts `longest` ticks at most.
 */
export function trackNotes(
  file: Uint8Array,
  events: readonly TickEvent[],
  { track, longest }: { readonly track: number; readonly longest: number },
  warnings: MidiWarnings,
): TickNote[] {
  const ons = count(events, 'noteOn');
  // Not where a channel's notes all end at once, which the library does not know.
  if (ons > 0 && !events.some(silences) && ons <= TONE_LIMIT && ons === count(events, 'noteOff')) {
    const notes = toneNotes(file);
    if (notes?.length === ons) return withLengths(notes, track, warnings);
  }
  return withLengths(pairedNotes(events, track, longest, warnings), track, warnings);
}

function count(events: readonly TickEvent[], type: TickEvent['type']): number {
  return events.reduce((sum, event) => (event.type === type ? sum + 1 : sum), 0);
}

/** Null where the library cannot read the track. */
function toneNotes(file: Uint8Array): TickNote[] | null {
  try {
    return new tone.Midi(file).tracks.flatMap(({ channel, notes }) =>
      notes.map((note) => ({
        channel,
        pitch: note.midi,
        velocity: Math.round(note.velocity * 127),
        start: note.ticks,
        end: note.ticks + note.durationTicks,
      })),
    );
  } catch {
    return null;
  }
}

/**
 * Notes that begin as note-ons say: an end closes the oldest open note of its channel and pitch. Where there are fewer ends than
 * notes, one struck again is taken to be what lacks its end.
 */
function pairedNotes(
  events: readonly TickEvent[],
  track: number,
  longest: number,
  warnings: MidiWarnings,
): TickNote[] {
  const notes: TickNote[] = [];
  const open = new Map<number, OpenNotes>();
  const missing = missingEnds(events);
  /** Notes that an "all notes off" ended, and whose own ends may still come. */
  const silenced = new Map<number, number>();
  const end = (begun: BegunNote, tick: number) => {
    warnings.add('noteWithoutEnd', track, begun.start);
    notes.push({ ...begun, end: Math.min(tick, begun.start + longest), unended: true });
  };

  for (const event of events) {
    if (event.type === 'noteOn') {
      const key = keyOf(event.channel, event.noteNumber);
      const held = open.get(key) ?? new OpenNotes();
      open.set(key, held);
      const lacking = missing.get(key) ?? 0;
      const before = lacking > 0 ? held.takeOldest() : undefined;
      if (before) {
        end(before, event.tick);
        missing.set(key, lacking - 1);
      }
      const { channel, noteNumber: pitch, velocity, tick: start } = event;
      held.add({ channel, pitch, velocity, start });
    } else if (event.type === 'noteOff') {
      const begun = open.get(keyOf(event.channel, event.noteNumber))?.takeOldest();
      const due = silenced.get(keyOf(event.channel, event.noteNumber)) ?? 0;
      if (begun) notes.push({ ...begun, end: event.tick });
      else if (due > 0) silenced.set(keyOf(event.channel, event.noteNumber), due - 1);
      else warnings.add('endWithoutNote', track, event.tick);
    } else if (silences(event)) {
      for (let pitch = 0; pitch < 128; pitch++) {
        const key = keyOf(event.channel, pitch);
        const held = open.get(key);
        for (let begun = held?.takeOldest(); begun; begun = held?.takeOldest()) {
          notes.push({ ...begun, end: event.tick });
          silenced.set(key, (silenced.get(key) ?? 0) + 1);
        }
      }
    }
  }

  const trackEnd = events.at(-1)?.tick ?? 0;
  for (const left of open.values()) {
    for (let begun = left.takeOldest(); begun; begun = left.takeOldest())
      end(begun, left.oldestStart() ?? trackEnd);
  }
  return notes;
}

function keyOf(channel: number, pitch: Pitch): number {
  return channel * 128 + pitch;
}

/** How many more notes begin than end, by channel and pitch. */
function missingEnds(events: readonly TickEvent[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const event of events) {
    if (event.type !== 'noteOn' && event.type !== 'noteOff') continue;
    const key = keyOf(event.channel, event.noteNumber);
    counts.set(key, (counts.get(key) ?? 0) + (event.type === 'noteOn' ? 1 : -1));
  }
  return counts;
}

/** CC120 "all sound off" and CC123 "all notes off" (MIDI 1.0, channel mode messages). */
function silences(event: TickEvent): event is Extract<TickEvent, { type: 'controller' }> {
  return event.type === 'controller' && (event.controllerType === 120 || event.controllerType === 123);
}

function withLengths(notes: TickNote[], track: number, warnings: MidiWarnings): TickNote[] {
  return notes.map((note) => {
    if (note.end > note.start) return note;
    warnings.add('noteWithoutLength', track, note.start);
    return { ...note, end: note.start + 1 };
  });
}

type BegunNote = Omit<TickNote, 'end' | 'unended'>;

/** A queue that stays linear over a million note-ons. */
class OpenNotes {
  private readonly begun: BegunNote[] = [];
  private head = 0;

  add(note: BegunNote): void {
    this.begun.push(note);
  }

  takeOldest(): BegunNote | undefined {
    return this.begun[this.head] && this.begun[this.head++];
  }

  oldestStart(): number | undefined {
    return this.begun[this.head]?.start;
  }
}
