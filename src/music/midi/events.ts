import { type MidiEvent, parseMidi } from 'midi-file';
import { ContinuoError } from '../../errors.js';

/** A midi-file event at its tick, counted from the start of its track. */
export type TickEvent = MidiEvent & { readonly tick: number };

/** A file of format 0 around one well-formed track. */
export function singleTrackFile(track: Uint8Array): Uint8Array {
  const file = new Uint8Array(22 + track.length);
  const view = new DataView(file.buffer);
  const write = (id: string, at: number) =>
    file.set(
      [...id].map((letter) => letter.charCodeAt(0)),
      at,
    );
  write('MThd', 0);
  view.setUint32(4, 6);
  view.setUint16(10, 1); // one track
  view.setUint16(12, 480); // ticks a beat; times are computed elsewhere
  write('MTrk', 14);
  view.setUint32(18, track.length);
  file.set(track, 22);
  return file;
}

/** The events of a file with one well-formed track, which midi-file never refuses. */
export function trackEvents(file: Uint8Array): TickEvent[] {
  let tick = 0;
  return parsed(file).map((event) => {
    tick += event.deltaTime;
    return Object.assign(event, { tick });
  });
}

/** Throws MIDI_NOT_A_FILE. */
function parsed(file: Uint8Array): MidiEvent[] {
  try {
    return parseMidi(file).tracks[0] ?? [];
  } catch (reason) {
    throw new ContinuoError(
      'MIDI_NOT_A_FILE',
      `Expected a MIDI file, but a track cannot be read: ${reason instanceof Error ? reason.message : reason}.`,
      'Open the file in a sequencer and export it again.',
      { cause: reason },
    );
  }
}
