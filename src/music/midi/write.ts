import type { Note, PedalChange } from '../note.js';
import type { Seconds } from '../units.js';
import { variableLength } from './kept-bytes.js';
import type { MidiPiece } from './piece.js';

/** A track of a file to write. */
export interface WritableTrack {
  readonly name: string;
  /** 0 to 15. */
  readonly channel: number;
  /** General MIDI program, 0 to 127; none is written where absent. */
  readonly program?: number;
  /** In any order. Two that overlap at one pitch may come back with their ends swapped: MIDI cannot tell them apart. */
  readonly events: readonly Note[];
  readonly pedal?: readonly PedalChange[];
}

export interface WriteMidiOptions {
  /** Tempo that the file states; note times are in seconds and do not depend on it. Default 120. */
  readonly bpm?: number;
  /** Tempos instead of `bpm`, the first at 0; note times do not depend on them either. */
  readonly tempos?: MidiPiece['tempos'];
  /** The piece's name, in the first track. */
  readonly title?: string;
  /** Meters and keys, as {@link MidiPiece} has them. */
  readonly timeSignatures?: MidiPiece['timeSignatures'];
  readonly keySignatures?: MidiPiece['keySignatures'];
}

/** At 120 bpm a tick is 0.52 ms: half a tick of rounding is well under a millisecond. */
const TICKS_PER_BEAT = 960;
const MIDDLE_VELOCITY = 64;
const SUSTAIN_PEDAL = 64;

/**
 * A Standard MIDI File of format 1: a track with the tempo, then the given ones. Times are rounded to the nearest tick, and
 * those before 0 count as 0. Written here since midi-file's writer copies the whole file at each event: 40,000 notes take it
 * over a minute.
 */
export function writeMidi(tracks: readonly WritableTrack[], options: WriteMidiOptions = {}): Uint8Array {
  const tempos = tempoTicks(options.tempos ?? [{ time: 0, bpm: options.bpm ?? 120 }]);
  const tickOf = (time: Seconds) => tickAt(tempos, time);
  const conductor = [
    at(0, RANK.name, textMeta(TRACK_NAME, options.title ?? '')),
    ...tempos.map(({ tick, microsecondsPerBeat }) =>
      at(tick, RANK.name, [0xff, 0x51, 3, ...bigEndian(microsecondsPerBeat, 3)]),
    ),
    // A click a quarter note, eight thirty-seconds a quarter (SMF 1.0, "Time Signature").
    ...(options.timeSignatures ?? []).map(({ time, numerator, denominator }) =>
      at(tickOf(time), RANK.program, [0xff, 0x58, 4, numerator, Math.log2(denominator), 24, 8]),
    ),
    ...(options.keySignatures ?? []).map(({ time, sharps, mode }) =>
      at(tickOf(time), RANK.program, [0xff, 0x59, 2, sharps & 0xff, mode === 'minor' ? 1 : 0]),
    ),
  ];
  const header = [1, tracks.length + 1, TICKS_PER_BEAT].flatMap((word) => bigEndian(word, 2));
  const chunks = [chunk('MThd', header), trackChunk(conductor)];
  for (const track of tracks) chunks.push(trackChunk(trackEvents(track, tickOf)));
  return Uint8Array.from(chunks.flat());
}

/** A tempo that begins at a tick. */
interface TempoTick {
  readonly time: Seconds;
  readonly tick: number;
  readonly microsecondsPerBeat: number;
}

function tempoTicks(tempos: MidiPiece['tempos']): TempoTick[] {
  const ticks: TempoTick[] = [];
  for (const { time, bpm } of tempos)
    ticks.push({
      time,
      tick: ticks.length === 0 ? 0 : tickAt(ticks, time),
      microsecondsPerBeat: Math.round(60e6 / bpm),
    });
  return ticks;
}

function tickAt(tempos: readonly TempoTick[], time: Seconds): number {
  const {
    time: from,
    tick,
    microsecondsPerBeat,
  } = tempos.findLast((tempo) => tempo.time <= time) ?? tempos[0]!;
  return Math.max(0, Math.round(tick + ((time - from) * 1e6 * TICKS_PER_BEAT) / microsecondsPerBeat));
}

/** An event's bytes at its tick. Of events at one tick the lower rank comes first. */
export interface Placed {
  readonly tick: number;
  readonly rank: number;
  readonly bytes: readonly number[];
}

/** The end of a note comes before the next note of its pitch. */
export const RANK = { name: 0, program: 1, noteOff: 2, pedal: 3, noteOn: 4, end: 5 };
const TEXT = 0x01;
const TRACK_NAME = 0x03;
/** SMF 1.0: a delta time has four bytes at most, 39 hours at 120 bpm. */
const LONGEST_DELTA = 0x0fff_ffff;

/** Bytes of an event at a tick; events of one tick stand in the order of their rank. */
export function at(tick: number, rank: number, bytes: readonly number[]): Placed {
  return { tick, rank, bytes };
}

/** A voice's name, program, pedal and notes. */
export function trackEvents(track: WritableTrack, tickOf: (time: Seconds) => number): Placed[] {
  const { channel } = track;
  const placed = [at(0, RANK.name, textMeta(TRACK_NAME, track.name))];
  if (track.program !== undefined) placed.push(at(0, RANK.program, [0xc0 | channel, track.program]));
  for (const { time, down } of track.pedal ?? []) {
    placed.push(at(tickOf(time), RANK.pedal, [0xb0 | channel, SUSTAIN_PEDAL, down ? 127 : 0]));
  }
  for (const { pitch, velocity, start, end } of track.events) {
    const from = tickOf(start);
    const to = Math.max(from + 1, tickOf(end));
    placed.push(at(from, RANK.noteOn, [0x90 | channel, pitch, velocity]));
    placed.push(at(to, RANK.noteOff, [0x80 | channel, pitch, MIDDLE_VELOCITY]));
  }
  return placed;
}

/** An MTrk chunk; it ends at `end`, or with the last event where that comes later. */
export function trackChunk(events: readonly Placed[], end = 0): number[] {
  const sorted = events.toSorted((a, b) => a.tick - b.tick || a.rank - b.rank);
  sorted.push(at(Math.max(end, sorted.at(-1)?.tick ?? 0), RANK.end, [0xff, 0x2f, 0]));
  const bytes: number[] = [];
  let now = 0;
  for (const event of sorted) {
    // A delta time beyond four bytes (a session of days) is split by empty text events.
    for (; event.tick - now > LONGEST_DELTA; now += LONGEST_DELTA)
      bytes.push(...variableLength(LONGEST_DELTA), ...textMeta(TEXT, ''));
    bytes.push(...variableLength(event.tick - now));
    // Not spread: a text may be longer than the call stack.
    for (const byte of event.bytes) bytes.push(byte);
    now = event.tick;
  }
  return chunk('MTrk', bytes);
}

function textMeta(type: number, text: string): number[] {
  const utf8 = new TextEncoder().encode(text);
  return [0xff, type, ...variableLength(utf8.length), ...utf8];
}

/** A non-negative integer in `length` bytes, most significant first (SMF 1.0). */
export function bigEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, index) => (value >>> (8 * (length - 1 - index))) & 0xff);
}

/** A chunk of a MIDI file: its four letters, its length, its body (SMF 1.0). */
export function chunk(id: string, body: number[]): number[] {
  const letters = [...id].map((letter) => letter.charCodeAt(0));
  return [...letters, ...bigEndian(body.length, 4)].concat(body);
}
