import { byStartThenPitch } from '../pedal.js';
import type { Seconds } from '../units.js';
import type { TickEvent } from './events.js';
import { mpeMasters } from './mpe.js';
import { type ParsedMidi, type PlacedTrack, parseMidiFile, pedalChanges } from './parse.js';
import { DRUM_CHANNEL, type MidiPiece, type MidiTrack } from './piece.js';
import type { TickClock } from './timing.js';
import { MidiWarnings } from './warnings.js';

/**
 * Reads a Standard MIDI File (formats 0, 1 and 2; beats or SMPTE; plain or RMID). Faults that can be read around are added to
 * `warnings`, also where the file is refused in the end; every readable note-on becomes a note.
 * Throws MIDI_NOT_A_FILE, MIDI_TRUNCATED, MIDI_TIMING, MIDI_TOO_LARGE, and nothing else.
 */
export function readMidi(bytes: Uint8Array, warnings = new MidiWarnings()): MidiPiece {
  return pieceOf(parseMidiFile(bytes, warnings), warnings);
}

/** The musical content of a parsed file. */
export function pieceOf({ tracks, tempos, clock, end }: ParsedMidi, warnings: MidiWarnings): MidiPiece {
  const masters = mpeMasters(tracks.map(({ events }) => events));
  return {
    tracks: tracks.flatMap((track) => voices(track, clock, masters)),
    tempos: tempos.map(({ tick, microsecondsPerBeat }) => ({
      time: clock(tick),
      bpm: 60e6 / microsecondsPerBeat,
    })),
    ...signatures(tracks, clock, warnings),
    duration: clock(end),
    warnings: warnings.list(),
  };
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
function voices(
  { events, notes, offset }: PlacedTrack,
  clock: TickClock,
  masters: ReadonlyMap<number, number>,
): MidiTrack[] {
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
      drums: channel === DRUM_CHANNEL && !masters.has(channel),
      pedalChannel: masters.get(channel) ?? channel,
      program: firstProgram(events, channel),
      notes: sounding,
      pedal,
    });
  }
  return found;
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
