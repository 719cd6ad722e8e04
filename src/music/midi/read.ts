import { ContinuoError } from '../../errors.js';
import type { PedalChange } from '../note.js';
import { byStartThenPitch } from '../pedal.js';
import type { Seconds } from '../units.js';
import { splitChunks, tooLarge } from './container.js';
import { singleTrackFile, type TickEvent, trackEvents } from './events.js';
import { type TickNote, trackNotes } from './notes.js';
import type { MidiPiece, MidiTrack } from './piece.js';
import {
  DEFAULT_MICROSECONDS_PER_BEAT,
  readDivision,
  type TempoAt,
  type TickClock,
  tickClock,
} from './timing.js';
import { wellFormedTrack } from './track-bytes.js';
import { MidiWarnings } from './warnings.js';

/** Seven times the longest piece of the 1,877 in the corpora. */
const MAX_EVENTS = 500_000;
const MAX_DURATION: Seconds = 24 * 3600;
const SUSTAIN_PEDAL = 64;

/** One track of the file, placed on the file's line of ticks. */
interface PlacedTrack {
  readonly index: number;
  readonly events: readonly TickEvent[];
  readonly notes: readonly TickNote[];
  /** Tick of the file at which the track begins: 0, but for the patterns of format 2. */
  readonly offset: number;
}

/**
 * Reads a Standard MIDI File (formats 0, 1 and 2; beats or SMPTE; plain or RMID). What is odd but readable is in `warnings`;
 * every note-on of a readable event becomes a note.
 * Throws MIDI_NOT_A_FILE, MIDI_TRUNCATED, MIDI_TIMING, MIDI_TOO_LARGE, and nothing else.
 */
export function readMidi(bytes: Uint8Array): MidiPiece {
  const warnings = new MidiWarnings();
  const chunks = splitChunks(bytes, warnings);
  const division = readDivision(chunks.division);
  if (chunks.format > 2) warnings.add('unknownFormat');
  const patterns = chunks.format === 2 && chunks.tracks.length > 1;
  if (patterns) warnings.add('patterns');

  const tracks = readTracks(chunks.tracks, patterns, warnings);
  const tempos = division.kind === 'beats' ? readTempos(tracks, patterns, warnings) : [];
  const clock = tickClock(division, tempos);
  const duration = clock(tracks.reduce((latest, track) => Math.max(latest, endTick(track)), 0));
  if (duration > MAX_DURATION) {
    throw new ContinuoError(
      'MIDI_TIMING',
      `Expected a piece of at most 24 hours, but this one lasts ${Math.round(duration / 3600)}.`,
      'Look at its tempo and at where its last events stand, in a sequencer.',
    );
  }
  return {
    tracks: tracks.flatMap((track) => voices(track, clock)),
    tempos: tempos.map(({ tick, microsecondsPerBeat }) => ({
      time: clock(tick),
      bpm: 60e6 / microsecondsPerBeat,
    })),
    ...signatures(tracks, clock, warnings),
    duration,
    warnings: warnings.list(),
  };
}

function readTracks(chunks: readonly Uint8Array[], patterns: boolean, warnings: MidiWarnings): PlacedTrack[] {
  const tracks: PlacedTrack[] = [];
  let total = 0;
  let offset = 0;
  for (const [index, chunk] of chunks.entries()) {
    const track = wellFormedTrack(chunk, index, warnings);
    total += track.events;
    if (total > MAX_EVENTS) throw tooLarge(`Expected at most ${MAX_EVENTS} events, but the file has more.`);
    const file = singleTrackFile(track.bytes);
    const events = trackEvents(file);
    const placed = { index, events, notes: trackNotes(file, events, index, warnings), offset };
    tracks.push(placed);
    if (patterns) offset = endTick(placed);
  }
  return tracks;
}

/** A track is over with its last event; a note may have been given a tick beyond. */
function endTick({ events, notes, offset }: PlacedTrack): number {
  return offset + notes.reduce((latest, note) => Math.max(latest, note.end), events.at(-1)?.tick ?? 0);
}

/** Tempos of all tracks, the first at 0; a pattern of format 2 starts at 120 bpm again. */
function readTempos(tracks: readonly PlacedTrack[], patterns: boolean, warnings: MidiWarnings): TempoAt[] {
  const starts = patterns ? tracks.map((track) => track.offset) : [0];
  const tempos = starts.map((tick) => ({ tick, microsecondsPerBeat: DEFAULT_MICROSECONDS_PER_BEAT }));
  for (const { index, events, offset } of tracks) {
    for (const event of events) {
      if (event.type !== 'setTempo') continue;
      if (event.microsecondsPerBeat === 0) warnings.add('tempoZero', index, event.tick);
      else tempos.push({ tick: offset + event.tick, microsecondsPerBeat: event.microsecondsPerBeat });
    }
  }
  tempos.sort((a, b) => a.tick - b.tick);
  return tempos.filter((tempo, at) => tempo.tick !== tempos[at + 1]?.tick);
}

function signatures(
  tracks: readonly PlacedTrack[],
  clock: TickClock,
  warnings: MidiWarnings,
): Pick<MidiPiece, 'timeSignatures' | 'keySignatures'> {
  const timeSignatures: MidiPiece['timeSignatures'][number][] = [];
  const keySignatures: MidiPiece['keySignatures'][number][] = [];
  for (const { index, events, offset } of tracks) {
    for (const event of events) {
      const time = clock(offset + event.tick);
      if (event.type === 'timeSignature') {
        const { numerator, denominator } = event;
        if (numerator > 0 && denominator > 0 && denominator <= 128)
          timeSignatures.push({ time, numerator, denominator });
        else warnings.add('badMeta', index, event.tick);
      } else if (event.type === 'keySignature') {
        const { key, scale } = event;
        if (Math.abs(key) <= 7 && scale <= 1)
          keySignatures.push({ time, sharps: key, mode: scale ? 'minor' : 'major' });
        else warnings.add('badMeta', index, event.tick);
      }
    }
  }
  const byTime = (a: { time: Seconds }, b: { time: Seconds }) => a.time - b.time;
  return { timeSignatures: timeSignatures.sort(byTime), keySignatures: keySignatures.sort(byTime) };
}

/** The channels of a track that have notes or pedal. */
function voices({ events, notes, offset }: PlacedTrack, clock: TickClock): MidiTrack[] {
  const at = (tick: number) => clock(offset + tick);
  const name = events.find((event) => event.type === 'trackName')?.text ?? '';
  const found: MidiTrack[] = [];
  for (let channel = 0; channel < 16; channel++) {
    const own = notes.filter((note) => note.channel === channel);
    const pedal = pedalChanges(events, channel, at);
    if (own.length === 0 && pedal.length === 0) continue;
    const sounding = own
      .map(({ pitch, velocity, start, end }) => ({ pitch, velocity, start: at(start), end: at(end) }))
      .sort(byStartThenPitch);
    found.push({
      name: asUtf8(name),
      channel,
      program: firstProgram(events, channel),
      notes: sounding,
      pedal,
    });
  }
  return found;
}

function pedalChanges(events: readonly TickEvent[], channel: number, at: TickClock): PedalChange[] {
  const changes: PedalChange[] = [];
  let isDown = false;
  for (const event of events) {
    if (event.type !== 'controller' || event.channel !== channel || event.controllerType !== SUSTAIN_PEDAL)
      continue;
    const down = event.value >= 64;
    if (down !== isDown) changes.push({ time: at(event.tick), down });
    isDown = down;
  }
  return changes;
}

function firstProgram(events: readonly TickEvent[], channel: number): number {
  let program = 0;
  for (const event of events) {
    if (event.type === 'programChange' && event.channel === channel) program = event.programNumber;
    if (event.type === 'noteOn' && event.channel === channel) break;
  }
  return program;
}

/** midi-file reads a byte as a character; names are mostly ASCII or UTF-8. */
function asUtf8(latin1: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(latin1, (letter) => letter.charCodeAt(0)),
    );
  } catch {
    return latin1;
  }
}
