import { ContinuoError } from '../../errors.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { EventScanner } from './event-scanner.js';
import { mpeMasters } from './mpe.js';
import type { ParsedMidi, PlacedTrack } from './parse.js';
import { DRUM_CHANNEL } from './piece.js';
import { at, bigEndian, chunk, type Placed, RANK, trackChunk, trackEvents } from './write.js';

const MOST_TRACKS = 0xffff;
export const SET_TEMPO = 0x51;
const END_OF_TRACK = 0x2f;

/** A part for an instrument of its own, to be added to a file. */
export interface AddedPart {
  readonly name: string;
  /** 0 to 15; where the file has notes there (drums aside), or none is said, the part gets a free one while there is one. */
  readonly channel?: number;
  /** General MIDI program, 0 to 127. */
  readonly program?: number;
  readonly notes: readonly Note[];
}

/** A track for each part, on a channel of its own while there is one. */
export function partTracks(
  midi: ParsedMidi,
  parts: readonly AddedPart[],
  tickOf: (time: Seconds) => number,
): number[][] {
  const used = channelsOf(midi);
  const taken = new Set([...used, ...parts.flatMap(({ channel }) => channel ?? [])]);
  return parts.map(({ name, channel: asked, program, notes: events }) => {
    const own = asked !== undefined && (asked === DRUM_CHANNEL || !used.has(asked)) ? asked : undefined;
    const channel = own ?? freeChannel(taken) ?? asked ?? 0;
    taken.add(channel);
    return trackChunk(
      trackEvents({ name, channel, events, ...(program !== undefined && { program }) }, tickOf),
    );
  });
}

/** The channels that anything in the file is for, and the drums'. */
export function channelsOf({ tracks }: ParsedMidi): Set<number> {
  const used = new Set<number>([DRUM_CHANNEL, ...mpeMasters(tracks.map(({ events }) => events)).keys()]);
  for (const { events } of tracks) {
    for (const event of events)
      if ('channel' in event && event.type !== 'channelPrefix') used.add(event.channel);
  }
  return used;
}

/** The first channel that is not used. */
export function freeChannel(used: ReadonlySet<number>): number | undefined {
  return Array.from({ length: 16 }, (_, channel) => channel).find((channel) => !used.has(channel));
}

/** A file of format 1 with these tracks. Throws MIDI_TOO_LARGE. */
export function fileOf(
  { division, tracks }: ParsedMidi,
  chunks: readonly (Uint8Array | number[])[],
): Uint8Array {
  if (chunks.length > MOST_TRACKS) {
    throw new ContinuoError(
      'MIDI_TOO_LARGE',
      `Expected at most ${MOST_TRACKS} tracks with those that are added, but the file has ${tracks.length}.`,
      'Join some of its tracks, or take what is played alone with --reply-only.',
    );
  }
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

/** The unchanged bytes of a track where nothing is added and it ends before the file does; else its events with the added ones. */
export function trackWith(
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
export function rawEvents(track: Uint8Array): { readonly tick: number; readonly bytes: number[] }[] {
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

/** All tempos, of which each pattern of format 2 has its own. */
export function conductorOf({ tempos }: ParsedMidi): Placed[] {
  return tempos.map(({ tick, microsecondsPerBeat }) => at(tick, RANK.name, tempoBytes(microsecondsPerBeat)));
}

export function tempoBytes(microsecondsPerBeat: number): number[] {
  return [0xff, SET_TEMPO, 3, ...bigEndian(microsecondsPerBeat, 3)];
}

export type MetaType = 'timeSignature' | 'keySignature';
const META = { timeSignature: 0x58, keySignature: 0x59 } as const;

/** The meter or key that holds at the end of the music, at 0. */
export function lastMeta({ tracks, end }: ParsedMidi, type: MetaType): Placed[] {
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
