import { ContinuoError } from '../../errors.js';
import type { PedalChange } from '../note.js';
import type { Seconds } from '../units.js';
import { splitChunks, tooLarge } from './container.js';
import { singleTrackFile, type TickEvent, trackEvents } from './events.js';
import { type TickNote, trackNotes } from './notes.js';
import {
  DEFAULT_MICROSECONDS_PER_BEAT,
  type Division,
  readDivision,
  type TempoAt,
  type TickClock,
  tickClock,
} from './timing.js';
import type { WellFormedTrack } from './track-bytes.js';
import type { MidiWarnings } from './warnings.js';

/** The largest number of events: seven times that of the longest piece of the 1,877 in the corpora. */
const MAX_EVENTS = 500_000;
const MAX_DURATION: Seconds = 24 * 3600;
const SUSTAIN_PEDAL = 64;
/** "Reset all controllers" lifts the pedal (MIDI RP-015). */
const RESET_CONTROLLERS = 121;
/** The longest length of a note without an end, in beats, or in half seconds where time is counted in frames. */
const LONGEST_OPEN_NOTE = 2;
/** A pattern ends with its end-of-track event, unless that lies farther from its music than this. */
const LONGEST_REST_BEATS = 16;

/** A track of the file, with its offset in the file's ticks. */
export interface PlacedTrack {
  readonly index: number;
  /** Its readable events, as those of a well-formed track. */
  readonly bytes: Uint8Array;
  readonly events: readonly TickEvent[];
  readonly notes: readonly TickNote[];
  /** Tick of the file at which the track begins: 0, but for the patterns of format 2. */
  readonly offset: number;
}

/** A parsed Standard MIDI File. Times are ticks of the file. */
export interface ParsedMidi {
  /** Whether the tracks are independent patterns, one after another (format 2). */
  readonly patterns: boolean;
  readonly division: Division;
  readonly tracks: readonly PlacedTrack[];
  /** The first at 0; empty where time is counted in frames. */
  readonly tempos: readonly TempoAt[];
  readonly clock: TickClock;
  /** When the last note or movement of the pedal is over. */
  readonly end: number;
}

/** Throws MIDI_NOT_A_FILE, MIDI_TRUNCATED, MIDI_TIMING, MIDI_TOO_LARGE, and nothing else. */
export function parseMidiFile(bytes: Uint8Array, warnings: MidiWarnings): ParsedMidi {
  const chunks = splitChunks(bytes, warnings);
  const division = readDivision(chunks.division, warnings);
  if (chunks.format > 2) warnings.add('unknownFormat');
  const patterns = chunks.format === 2 && chunks.tracks.length > 1;
  if (patterns) warnings.add('patterns');

  const tracks = placeTracks(chunks.tracks, division, patterns, warnings);
  const tempos = division.kind === 'beats' ? readTempos(tracks, patterns, warnings) : [];
  const clock = tickClock(division, tempos);
  const end = tracks.reduce((latest, track) => Math.max(latest, musicEnd(track)), 0);
  const duration = clock(end);
  if (duration > MAX_DURATION) {
    throw new ContinuoError(
      'MIDI_TIMING',
      `Expected a piece of at most 24 hours, but this one lasts ${Math.round(duration / 3600)}.`,
      'Look at its tempo and at where its last events stand, in a sequencer.',
    );
  }
  return { patterns, division, tracks, tempos, clock, end };
}

/** Changes of the sustain pedal of a channel; `at` converts ticks to times. */
export function pedalChanges(
  events: readonly TickEvent[],
  channel: number,
  at: (tick: number) => number,
): PedalChange[] {
  const changes: PedalChange[] = [];
  let isDown = false;
  for (const event of events) {
    if (event.type !== 'controller' || event.channel !== channel) continue;
    const { controllerType } = event;
    if (controllerType !== SUSTAIN_PEDAL && controllerType !== RESET_CONTROLLERS) continue;
    const down = controllerType === SUSTAIN_PEDAL && event.value >= 64;
    if (down !== isDown) changes.push({ time: at(event.tick), down });
    isDown = down;
  }
  return changes;
}

function placeTracks(
  chunks: readonly WellFormedTrack[],
  division: Division,
  patterns: boolean,
  warnings: MidiWarnings,
): PlacedTrack[] {
  const beat = division.kind === 'beats' ? division.ticksPerBeat : division.ticksPerSecond / 2;
  const tracks: PlacedTrack[] = [];
  let total = 0;
  let offset = 0;
  for (const [track, { bytes, events: count }] of chunks.entries()) {
    total += count;
    if (total > MAX_EVENTS) throw tooLarge(`Expected at most ${MAX_EVENTS} events, but the file has more.`);
    const file = singleTrackFile(bytes);
    const events = trackEvents(file);
    const notes = trackNotes(file, events, { track, longest: LONGEST_OPEN_NOTE * beat }, warnings);
    const placed = { index: track, bytes, events, notes, offset };
    tracks.push(placed);
    if (!patterns) continue;
    const music = musicEnd(placed);
    const last = offset + (events.at(-1)?.tick ?? 0);
    offset = last - music > LONGEST_REST_BEATS * beat ? music : Math.max(music, last);
  }
  return tracks;
}

/** When the last note or movement of the pedal of a track is over, in ticks of the file. */
function musicEnd({ events, notes, offset }: PlacedTrack): number {
  let latest = notes.reduce((latest, note) => Math.max(latest, note.end), 0);
  const channels = new Set(
    events.flatMap((event) =>
      event.type === 'controller' && event.controllerType === SUSTAIN_PEDAL ? [event.channel] : [],
    ),
  );
  for (const channel of channels)
    latest = Math.max(latest, pedalChanges(events, channel, (tick) => tick).at(-1)?.time ?? 0);
  return offset + latest;
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
