import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import type { TickEvent } from './events.js';
import {
  type AddedPart,
  channelsOf,
  conductorOf,
  fileOf,
  freeChannel,
  lastMeta,
  type MetaType,
  partTracks,
  tempoBytes,
  trackWith,
} from './file-edits.js';
import { mpeMasters } from './mpe.js';
import type { ParsedMidi } from './parse.js';
import { DRUM_CHANNEL } from './piece.js';
import { DEFAULT_MICROSECONDS_PER_BEAT, tickFinder } from './timing.js';
import { at, type Placed, RANK, trackChunk, trackEvents } from './write.js';

/** Controllers of pedals that hold notes: sustain and sostenuto. */
const HOLDING_PEDALS = [64, 66];
/** Controllers of an instrument's sound: bank, volume, pan. */
const SOUND = [0, 32, 7, 10];
const NAME = 'continuation';

/**
 * The file with more music behind its end: its header's division, tempos, meters, keys and tracks are its own, event by event,
 * and a track that nothing is added to keeps its bytes. A track is added for the music (times as the file's), on a channel of its own
 * where there is one, with the instrument of the voice that has most notes; for each of several parts, a track of its own. Pedals that are down and
 * notes that sound at the end are let go there; an end-of-track event beyond all music moves to the end of it. Format 0 becomes 1, and so do the patterns of
 * format 2, one after another. Throws MIDI_TOO_LARGE.
 */
export function withContinuation(midi: ParsedMidi, music: Music): Uint8Array {
  const tickOf = wholeTicks(midi);
  const added = releases(midi);
  const end = notesOf(music).reduce((latest, note) => Math.max(latest, tickOf(note.end)), midi.end);
  const chunks = midi.tracks.map((track) => trackWith(midi, track, added.get(track.index) ?? [], end));
  if (midi.patterns) chunks.unshift(trackChunk(conductorOf(midi)));
  chunks.push(...addedTracks(midi, music, tickOf));
  return fileOf(midi, chunks);
}

/** The continuation alone, from its first note on, in the tempo, meter and key in which the file ends. */
export function continuationAlone(midi: ParsedMidi, music: Music): Uint8Array {
  const begin = notesOf(music).reduce((first, note) => Math.min(first, note.start), Number.POSITIVE_INFINITY);
  const last = midi.tempos.findLast(({ tick }) => tick <= midi.end);
  const tempo = { tick: 0, microsecondsPerBeat: last?.microsecondsPerBeat ?? DEFAULT_MICROSECONDS_PER_BEAT };
  const tickOf = tickFinder(midi.division, [tempo]);
  const conductor = [
    ...(midi.division.kind === 'beats' ? [at(0, RANK.name, tempoBytes(tempo.microsecondsPerBeat))] : []),
    ...['timeSignature', 'keySignature'].flatMap((type) => lastMeta(midi, type as MetaType)),
  ];
  const tracks = addedTracks(midi, music, (time) => Math.round(tickOf(time - begin)));
  return fileOf(midi, [trackChunk(conductor), ...tracks]);
}

type Music = readonly Note[] | readonly AddedPart[];

function notesOf(music: Music): readonly Note[] {
  return areParts(music) ? music.flatMap(({ notes }) => notes) : music;
}

function areParts(music: Music): music is readonly AddedPart[] {
  const [first] = music;
  return first !== undefined && 'notes' in first;
}

/** A track for each part; one for music without parts. */
function addedTracks(midi: ParsedMidi, music: Music, tickOf: (time: Seconds) => number): number[][] {
  if (areParts(music)) return partTracks(midi, music, tickOf);
  return [trackChunk(continuation(midi, music, tickOf))];
}

function wholeTicks({ division, tempos }: ParsedMidi): (time: Seconds) => number {
  const find = tickFinder(division, tempos);
  return (time) => Math.max(0, Math.round(find(time)));
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
  const free = freeChannel(channelsOf(midi));
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
