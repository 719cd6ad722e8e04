import tone from '@tonejs/midi';
import type { Pitch, Velocity } from '../units.js';
import { guarded, type TickEvent } from './events.js';
import type { MidiWarnings } from './warnings.js';

/** A note in the ticks of its track. `end > start`. */
export interface TickNote {
  readonly channel: number;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  readonly start: number;
  readonly end: number;
}

/** @tonejs/midi searches the note-offs anew for each note: time grows with the square, to seconds at 20,000 notes. */
const TONE_LIMIT = 4000;

/**
 * The notes of one track, through @tonejs/midi where every note-on of `events` has its note-off there; it loses a note without
 * one, and one held over a program change, so elsewhere the pairs are made here. No note-on of `events` is ever left out.
 */
export function trackNotes(
  file: Uint8Array,
  events: readonly TickEvent[],
  track: number,
  warnings: MidiWarnings,
): TickNote[] {
  const ons = count(events, 'noteOn');
  if (ons > 0 && ons <= TONE_LIMIT && ons === count(events, 'noteOff')) {
    const notes = toneNotes(file);
    if (notes.length === ons) return withLengths(notes, track, warnings);
  }
  return withLengths(pairedNotes(events, track, warnings), track, warnings);
}

function count(events: readonly TickEvent[], type: TickEvent['type']): number {
  return events.reduce((sum, event) => (event.type === type ? sum + 1 : sum), 0);
}

function toneNotes(file: Uint8Array): TickNote[] {
  return guarded(() => new tone.Midi(file)).tracks.flatMap(({ channel, notes }) =>
    notes.map((note) => ({
      channel,
      pitch: note.midi,
      velocity: Math.round(note.velocity * 127),
      start: note.ticks,
      end: note.ticks + note.durationTicks,
    })),
  );
}

/** Notes that begin as note-ons say: an end closes the oldest open note of its channel and pitch. */
function pairedNotes(events: readonly TickEvent[], track: number, warnings: MidiWarnings): TickNote[] {
  const notes: TickNote[] = [];
  const open = new Map<number, OpenNotes>();
  const openOf = (channel: number, pitch: Pitch) => {
    const key = channel * 128 + pitch;
    let found = open.get(key);
    if (!found) {
      found = new OpenNotes();
      open.set(key, found);
    }
    return found;
  };

  for (const event of events) {
    if (event.type === 'noteOn') {
      openOf(event.channel, event.noteNumber).add({
        channel: event.channel,
        pitch: event.noteNumber,
        velocity: event.velocity,
        start: event.tick,
      });
    } else if (event.type === 'noteOff') {
      const begun = openOf(event.channel, event.noteNumber).takeOldest();
      if (begun) notes.push({ ...begun, end: event.tick });
      else warnings.add('endWithoutNote', track, event.tick);
    } else if (event.type === 'controller' && endsAllNotes(event.controllerType)) {
      for (let pitch = 0; pitch < 128; pitch++) {
        const held = open.get(event.channel * 128 + pitch);
        for (let begun = held?.takeOldest(); begun; begun = held?.takeOldest())
          notes.push({ ...begun, end: event.tick });
      }
    }
  }

  const trackEnd = events.at(-1)?.tick ?? 0;
  for (const left of open.values()) {
    for (let begun = left.takeOldest(); begun; begun = left.takeOldest()) {
      warnings.add('noteWithoutEnd', track, begun.start);
      notes.push({ ...begun, end: left.oldestStart() ?? trackEnd });
    }
  }
  return notes;
}

/** CC120 "all sound off" and CC123 "all notes off" (MIDI 1.0, channel mode messages). */
function endsAllNotes(controller: number): boolean {
  return controller === 120 || controller === 123;
}

function withLengths(notes: TickNote[], track: number, warnings: MidiWarnings): TickNote[] {
  return notes.map((note) => {
    if (note.end > note.start) return note;
    warnings.add('noteWithoutLength', track, note.start);
    return { ...note, end: note.start + 1 };
  });
}

type BegunNote = Omit<TickNote, 'end'>;

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
