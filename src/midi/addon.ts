import { accessSync, constants, existsSync } from 'node:fs';
import { ContinuoError } from '../errors.js';
import { hintFor } from './hints.js';

export type MidiAddon = typeof import('@julusian/midi');

const SEQUENCER = '/dev/snd/seq';

/**
 * The addon that talks to ALSA, CoreMIDI or Windows MM. It is loaded here and nowhere else, and only when ports are
 * wanted: without libasound its import fails, and without a sequencer RtMidi fails and complains on stderr.
 * Throws MIDI_UNAVAILABLE, with what to do on this system.
 */
export async function loadAddon(): Promise<MidiAddon> {
  const addon = await importAddon();
  checkSequencer();
  return addon;
}

/** The addon itself, whether or not there is a sequencer for it. Throws MIDI_UNAVAILABLE. */
export async function importAddon(): Promise<MidiAddon> {
  try {
    return (await import('@julusian/midi')).default;
  } catch (cause) {
    throw new ContinuoError(
      'MIDI_UNAVAILABLE',
      `MIDI ports cannot be used: the addon @julusian/midi does not load (${firstLine(cause)}).`,
      hintFor('library'),
      { cause },
    );
  }
}

/** Throws MIDI_UNAVAILABLE where Linux has no ALSA sequencer, or none that this user may open. */
export function checkSequencer(path = SEQUENCER, platform = process.platform): void {
  if (platform !== 'linux') return;
  if (!existsSync(path))
    throw new ContinuoError(
      'MIDI_UNAVAILABLE',
      `MIDI ports cannot be used: there is no ALSA sequencer (${path} does not exist).`,
      hintFor('sequencer', platform),
    );
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new ContinuoError(
      'MIDI_UNAVAILABLE',
      `MIDI ports cannot be used: this user may not open the ALSA sequencer (${path}).`,
      hintFor('permission', platform),
      { cause },
    );
  }
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
