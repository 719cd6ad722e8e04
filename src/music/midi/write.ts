import { type MidiEvent, writeMidi as writeEvents } from 'midi-file';
import type { Note, PedalChange } from '../note.js';
import type { Seconds } from '../units.js';

/** What a written track needs; a {@link MidiTrack} of a piece read has it all. */
export interface WritableTrack {
  readonly name: string;
  /** 0 to 15. */
  readonly channel: number;
  /** General MIDI program, 0 to 127; none is written where absent. */
  readonly program?: number;
  /** In any order. Two that overlap at one pitch may come back with their ends swapped: MIDI cannot tell them apart. */
  readonly notes: readonly Note[];
  readonly pedal?: readonly PedalChange[];
}

export interface WriteMidiOptions {
  /** Tempo that is stated in the file; it moves no note. Default 120. */
  readonly bpm?: number;
  /** The piece's name, in the first track. */
  readonly title?: string;
}

/** With 120 bpm a tick is 0.52 ms, so that times keep to a millisecond up to 240 ms a beat. */
const TICKS_PER_BEAT = 960;

/** A Standard MIDI File of format 1: a track with the tempo, then the given ones. Times are rounded to the nearest tick. */
export function writeMidi(tracks: readonly WritableTrack[], options: WriteMidiOptions = {}): Uint8Array {
  const microsecondsPerBeat = Math.round(60e6 / (options.bpm ?? 120));
  const tickOf = (time: Seconds) =>
    Math.max(0, Math.round((time * 1e6 * TICKS_PER_BEAT) / microsecondsPerBeat));
  const conductor: Placed[] = [
    at(0, 0, { type: 'trackName', text: utf8(options.title ?? ''), meta: true }),
    at(0, 0, { type: 'setTempo', microsecondsPerBeat, meta: true }),
  ];
  return Uint8Array.from(
    writeEvents({
      header: { format: 1, numTracks: tracks.length + 1, ticksPerBeat: TICKS_PER_BEAT },
      tracks: [inOrder(conductor), ...tracks.map((track) => inOrder(trackEvents(track, tickOf)))],
    }),
  );
}

/** A midi-file event without its delta time. */
type Bare<E = MidiEvent> = E extends MidiEvent ? Omit<E, 'deltaTime'> : never;

interface Placed {
  readonly tick: number;
  /** Of events at one tick the lower rank comes first: the end of a note before the next one of its pitch. */
  readonly rank: number;
  readonly event: Bare;
}

function at(tick: number, rank: number, event: Bare): Placed {
  return { tick, rank, event };
}

function trackEvents(track: WritableTrack, tickOf: (time: Seconds) => number): Placed[] {
  const { channel } = track;
  const events = [at(0, 0, { type: 'trackName', text: utf8(track.name), meta: true })];
  if (track.program !== undefined)
    events.push(at(0, 1, { type: 'programChange', channel, programNumber: track.program }));
  for (const { time, down } of track.pedal ?? []) {
    events.push(
      at(tickOf(time), 3, { type: 'controller', channel, controllerType: 64, value: down ? 127 : 0 }),
    );
  }
  for (const { pitch, velocity, start, end } of track.notes) {
    const from = tickOf(start);
    const to = Math.max(from + 1, tickOf(end));
    events.push(at(from, 4, { type: 'noteOn', channel, noteNumber: pitch, velocity }));
    events.push(at(to, 2, { type: 'noteOff', channel, noteNumber: pitch, velocity: 64 }));
  }
  return events;
}

function inOrder(events: Placed[]): MidiEvent[] {
  let now = 0;
  const sorted = events.toSorted((a, b) => a.tick - b.tick || a.rank - b.rank);
  return [...sorted, at(sorted.at(-1)?.tick ?? 0, 5, { type: 'endOfTrack', meta: true })].map(
    ({ tick, event }) => {
      const deltaTime = tick - now;
      now = tick;
      return { ...event, deltaTime };
    },
  );
}

/** midi-file writes a character as a byte. */
function utf8(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
