import { ContinuoError } from '../../errors.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { EventScanner } from './event-scanner.js';
import type { TickEvent } from './events.js';
import { mpeMasters } from './mpe.js';
import type { ParsedMidi, PlacedTrack } from './parse.js';
import { DRUM_CHANNEL } from './piece.js';
import { DEFAULT_MICROSECONDS_PER_BEAT, tickFinder } from './timing.js';
import { at, bigEndian, chunk, type Placed, RANK, trackChunk, trackEvents } from './write.js';

const MOST_TRACKS = 0xffff;
const SET_TEMPO = 0x51;
const END_OF_TRACK = 0x2f;
/** Controllers of pedals that hold notes: sustain and sostenuto. */
const HOLDING_PEDALS = [64, 66];
/** Controllers of an instrument's sound: bank, volume, pan. */
const SOUND = [0, 32, 7, 10];
const NAME = 'continuation';

/**
 * The file with more music behind its end: its header's division, tempos, meters, keys and tracks are its own, event by event,
 * and a track that nothing is added to keeps its bytes. A track is added for `notes` (times as the file's), on a channel of its own
 * where there is one, with the instrument of the voice that has most notes. Pedals that are down and notes that sound at the end
 * are let go there; an end-of-track event beyond all music moves to the end of it. Format 0 becomes 1, and so do the patterns of
 * format 2, one after another. Throws MIDI_TOO_LARGE.
 */
export function withContinuation(midi: ParsedMidi, notes: readonly Note[]): Uint8Array {
  const tickOf = wholeTicks(midi);
  const end = notes.reduce((latest, note) => Math.max(latest, tickOf(note.end)), midi.end);
  const added = releases(midi);
  const chunks = midi.tracks.map((track) => trackWith(midi, track, added.get(track.index) ?? [], end));
  if (midi.patterns) chunks.unshift(conductorOf(midi));
  chunks.push(trackChunk(continuation(midi, notes, tickOf)));
  if (chunks.length > MOST_TRACKS) {
    throw new ContinuoError(
      'MIDI_TOO_LARGE',
      `Expected at most ${MOST_TRACKS - 1} tracks, so that one can be added, but the file has ${midi.tracks.length}.`,
      'Join some of its tracks, or take the continuation alone with --reply-only.',
    );
  }
  return fileOf(midi, chunks);
}

/** The continuation alone, from its first note on, in the tempo, meter and key in which the file ends. */
export function continuationAlone(midi: ParsedMidi, notes: readonly Note[]): Uint8Array {
  const begin = notes.reduce((first, note) => Math.min(first, note.start), Number.POSITIVE_INFINITY);
  const last = midi.tempos.findLast(({ tick }) => tick <= midi.end);
  const tempo = { tick: 0, microsecondsPerBeat: last?.microsecondsPerBeat ?? DEFAULT_MICROSECONDS_PER_BEAT };
  const tickOf = tickFinder(midi.division, [tempo]);
  const conductor = [
    ...(midi.division.kind === 'beats' ? [at(0, RANK.name, tempoBytes(tempo.microsecondsPerBeat))] : []),
    ...['timeSignature', 'keySignature'].flatMap((type) => lastMeta(midi, type as MetaType)),
  ];
  const track = continuation(midi, notes, (time) => Math.round(tickOf(time - begin)));
  return fileOf(midi, [trackChunk(conductor), trackChunk(track)]);
}

function fileOf({ division }: ParsedMidi, chunks: readonly (Uint8Array | number[])[]): Uint8Array {
  const header = chunk(
    'MThd',
    [1, chunks.length, division.word].flatMap((word) => bigEndian(word, 2)),
  );
  const file = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, header.length));
  file.set(header);
  let position = header.length;
  for (const bytes of chunks) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

function wholeTicks({ division, tempos }: ParsedMidi): (time: Seconds) => number {
  const find = tickFinder(division, tempos);
  return (time) => Math.max(0, Math.round(find(time)));
}

/** The unchanged bytes of a track where nothing is added and it ends before the file does; else its events with the added ones. */
function trackWith(
  { patterns }: ParsedMidi,
  track: PlacedTrack,
  added: readonly Placed[],
  end: number,
): Uint8Array | number[] {
  const { bytes, events, offset } = track;
  const last = events.at(-1);
  const ended = last?.type === 'endOfTrack';
  if (!patterns && added.length === 0 && ended && last.tick <= end)
    return Uint8Array.from([...chunk('MTrk', []).slice(0, 4), ...bigEndian(bytes.length, 4), ...bytes]);
  const own = rawEvents(bytes).filter(
    ({ bytes: [status, type] }) =>
      status !== 0xff || (type !== END_OF_TRACK && !(patterns && type === SET_TEMPO)),
  );
  // At one tick a note is ended before its pitch is struck again, and a pedal goes up after it went down.
  const all = [
    ...own.map((event): Placed => ({ ...event, tick: event.tick + offset, rank: RANK.end })),
    ...added,
  ];
  const closes = ended && last.tick + offset <= end ? last.tick + offset : 0;
  return trackChunk(all, closes);
}

/** Events of a well-formed track at their ticks, without running status. */
function rawEvents(track: Uint8Array): { readonly tick: number; readonly bytes: number[] }[] {
  const scanner = new EventScanner(track, track.length);
  const events: { tick: number; bytes: number[] }[] = [];
  let tick = 0;
  let running = 0;
  for (let position = 0; position < track.length && scanner.scan(position, running, false); ) {
    const { delta, deltaEnd, dataAt, status, next } = scanner;
    tick += delta;
    if (status < 0xf0) running = status;
    const from = status < 0xf0 ? dataAt : deltaEnd + 1;
    events.push({ tick, bytes: [status, ...track.subarray(from, next)] });
    position = next;
  }
  return events;
}

/** Events that end notes without an end, each where it is taken to end, and pedals that are down at the end; by track. */
function releases(midi: ParsedMidi): Map<number, Placed[]> {
  const added = new Map<number, Placed[]>();
  const add = (track: number, placed: Placed) => {
    const list = added.get(track) ?? [];
    added.set(track, list);
    list.push(placed);
  };
  for (const { index, notes, offset } of midi.tracks) {
    for (const { channel, pitch, end, unended } of notes)
      if (unended) add(index, at(offset + end, RANK.noteOff, [0x80 | channel, pitch, 64]));
  }
  for (const controller of HOLDING_PEDALS) {
    for (const { channel, track, tick, value } of lastValues(midi, controller)) {
      if (value >= 64) add(track, at(Math.max(tick, midi.end), RANK.end, [0xb0 | channel, controller, 0]));
    }
  }
  return added;
}

interface LastValue {
  readonly channel: number;
  readonly track: number;
  readonly tick: number;
  readonly value: number;
}

/** The last value of a controller on each channel that has it. */
function lastValues({ tracks }: ParsedMidi, controller: number): LastValue[] {
  const last = new Map<number, LastValue>();
  for (const { index: track, events, offset } of tracks) {
    for (const event of events) {
      if (event.type !== 'controller' || event.controllerType !== controller) continue;
      const { channel, value } = event;
      const tick = offset + event.tick;
      if (tick >= (last.get(channel)?.tick ?? 0)) last.set(channel, { channel, track, tick, value });
    }
  }
  return [...last.values()];
}

function continuation(midi: ParsedMidi, notes: readonly Note[], tickOf: (time: Seconds) => number): Placed[] {
  const voice = busiestVoice(midi);
  const free = freeChannel(midi);
  const channel = free ?? voice?.channel ?? 0;
  const sound = voice && free !== undefined ? soundOf(voice, free) : [];
  return [...trackEvents({ name: NAME, channel, events: notes }, tickOf), ...sound];
}

interface Voice {
  readonly channel: number;
  readonly events: readonly TickEvent[];
}

/** The track and channel with the most notes, drums left out. */
function busiestVoice({ tracks }: ParsedMidi): Voice | undefined {
  const masters = mpeMasters(tracks.map(({ events }) => events));
  let most = 0;
  let busiest: Voice | undefined;
  for (const { notes, events } of tracks) {
    const counts = new Map<number, number>();
    for (const { channel } of notes) counts.set(channel, (counts.get(channel) ?? 0) + 1);
    for (const [channel, count] of counts) {
      if (count <= most || (channel === DRUM_CHANNEL && !masters.has(channel))) continue;
      most = count;
      busiest = { channel, events };
    }
  }
  return busiest;
}

/** The first unused channel, drums left out. */
function freeChannel({ tracks }: ParsedMidi): number | undefined {
  const used = new Set<number>([DRUM_CHANNEL, ...mpeMasters(tracks.map(({ events }) => events)).keys()]);
  for (const { events } of tracks) {
    for (const event of events)
      if ('channel' in event && event.type !== 'channelPrefix') used.add(event.channel);
  }
  return Array.from({ length: 16 }, (_, channel) => channel).find((channel) => !used.has(channel));
}

/** Program, bank, volume and pan of a voice at its first note, for another channel. */
function soundOf({ channel, events }: Voice, on: number): Placed[] {
  const values = new Map<number, number>();
  let program: number | undefined;
  for (const event of events) {
    if (!('channel' in event) || event.channel !== channel) continue;
    if (event.type === 'noteOn') break;
    if (event.type === 'programChange') program = event.programNumber;
    if (event.type === 'controller' && SOUND.includes(event.controllerType))
      values.set(event.controllerType, event.value);
  }
  // A bank holds from the next program on.
  const controls = SOUND.flatMap((controller) =>
    values.has(controller) ? [at(0, RANK.name, [0xb0 | on, controller, values.get(controller)!])] : [],
  );
  return program === undefined ? controls : [...controls, at(0, RANK.program, [0xc0 | on, program])];
}

/** All tempos, of which each pattern of format 2 has its own. */
function conductorOf({ tempos }: ParsedMidi): number[] {
  return trackChunk(
    tempos.map(({ tick, microsecondsPerBeat }) => at(tick, RANK.name, tempoBytes(microsecondsPerBeat))),
  );
}

function tempoBytes(microsecondsPerBeat: number): number[] {
  return [0xff, SET_TEMPO, 3, ...bigEndian(microsecondsPerBeat, 3)];
}

type MetaType = 'timeSignature' | 'keySignature';
const META = { timeSignature: 0x58, keySignature: 0x59 } as const;

/** The meter or key that holds at the end of the music, at 0. */
function lastMeta({ tracks, end }: ParsedMidi, type: MetaType): Placed[] {
  let last: { readonly tick: number; readonly bytes: number[] } | undefined;
  for (const { bytes, offset } of tracks) {
    for (const event of rawEvents(bytes)) {
      const tick = event.tick + offset;
      const is = event.bytes[0] === 0xff && event.bytes[1] === META[type];
      if (is && tick <= end && tick >= (last?.tick ?? 0)) last = { tick, bytes: event.bytes };
    }
  }
  return last === undefined ? [] : [at(0, RANK.program, last.bytes)];
}
