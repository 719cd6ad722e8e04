import type { Seconds } from '../units.js';
import {
  type AddedPart,
  conductorOf,
  fileOf,
  partTracks,
  rawEvents,
  SET_TEMPO,
  trackWith,
} from './file-edits.js';
import type { ParsedMidi, PlacedTrack } from './parse.js';
import { tickFinder } from './timing.js';
import { at, type Placed, RANK, trackChunk } from './write.js';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const META = 0xff;
const END_OF_TRACK = 0x2f;
/** Lyrics, markers and cue points, which stand where the music is. */
const PLACED_TEXTS = [0x05, 0x06, 0x07];
const METERS_AND_KEYS = [0x58, 0x59];
/** So soon no tempo changes. */
const INSTANT: Seconds = 1e-4;

/**
 * The file with more parts beside its own, times as the file's: its division, tempos, meters, keys and tracks stay as they are, byte
 * by byte. Where parts are to begin before the file does (`countIn`), all its notes and changes move by that much, at its first
 * tempo; what stands at its very beginning (tempo, meter, programs) holds for the count-in too. Format 0 becomes 1, and so do the
 * patterns of format 2, one after another. Throws MIDI_TOO_LARGE.
 */
export function withAccompaniment(
  midi: ParsedMidi,
  parts: readonly AddedPart[],
  countIn: Seconds = 0,
): Uint8Array {
  const { tickOf, shift } = shiftedTicks(midi, countIn);
  const chunks = midi.tracks.map((track) =>
    shift === 0
      ? trackWith(midi, track, [], Number.POSITIVE_INFINITY)
      : trackChunk(midi.patterns ? moved(track, shift).filter(isNoTempo) : moved(track, shift)),
  );
  if (midi.patterns) chunks.unshift(trackChunk(tempoEvents(midi, shift)));
  return fileOf(midi, [...chunks, ...partTracks(midi, parts, tickOf)]);
}

/** The parts alone, under the file's tempos, meters and keys. */
export function accompanimentAlone(
  midi: ParsedMidi,
  parts: readonly AddedPart[],
  countIn: Seconds = 0,
): Uint8Array {
  const { tickOf, shift } = shiftedTicks(midi, countIn);
  const meters = midi.tracks
    .flatMap((track) => moved(track, shift))
    .filter(({ bytes: [status, type] }) => status === META && METERS_AND_KEYS.includes(type!));
  const conductor = [...tempoEvents(midi, shift), ...meters];
  return fileOf(midi, [trackChunk(conductor), ...partTracks(midi, parts, tickOf)]);
}

function shiftedTicks({ division, tempos }: ParsedMidi, countIn: Seconds) {
  const find = tickFinder(division, tempos);
  // Before the beginning, the tempo is the one that holds there.
  const ticksPerSecond = find(INSTANT) / INSTANT;
  const shift = Math.round(countIn * ticksPerSecond);
  const tickOf = (time: Seconds) => shift + (time < 0 ? time * ticksPerSecond : find(time));
  return { shift, tickOf: (time: Seconds) => Math.max(0, Math.round(tickOf(time))) };
}

function tempoEvents(midi: ParsedMidi, shift: number): Placed[] {
  return conductorOf(midi).map((event) => ({ ...event, tick: event.tick === 0 ? 0 : event.tick + shift }));
}

/** The events of a track, later by `shift` ticks but for what stands at its beginning and is no music. */
function moved({ bytes, offset }: PlacedTrack, shift: number): Placed[] {
  return rawEvents(bytes).flatMap((event): Placed[] => {
    if (event.bytes[0] === META && event.bytes[1] === END_OF_TRACK) return [];
    const stays = offset + event.tick === 0 && !isMusic(event.bytes);
    return [at(stays ? 0 : event.tick + offset + shift, RANK.end, event.bytes)];
  });
}

function isNoTempo({ bytes: [status, type] }: Placed): boolean {
  return status !== META || type !== SET_TEMPO;
}

function isMusic([status = 0, type = 0]: readonly number[]): boolean {
  const kind = status & 0xf0;
  return kind === NOTE_ON || kind === NOTE_OFF || (status === META && PLACED_TEXTS.includes(type));
}
