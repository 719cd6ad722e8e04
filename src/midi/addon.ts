import { accessSync, constants, existsSync } from 'node:fs';
import { ContinuoError } from '../errors.js';
import { hintFor } from './hints.js';

type Easymidi = typeof import('easymidi');
type Addon = typeof import('@julusian/midi/lazy');

/** An addon's object that is a client of the system's MIDI, with a port or without. */
export type InputDevice = InstanceType<Addon['Input']>;
export type OutputDevice = InstanceType<Addon['Output']>;

/** What ports are made with: easymidi, and the addon that it wraps. */
export interface MidiLibrary {
  readonly easymidi: Easymidi;
  /** The very object in which easymidi looks up `input` and `output` whenever it makes a device: /lazy, which midi.js reads through. */
  readonly addon: Addon;
}

const SEQUENCER = '/dev/snd/seq';

/**
 * easymidi and the addon that talks to ALSA, CoreMIDI or Windows MM. They are loaded here and nowhere else, and only when
 * ports are wanted: without libasound their import fails, and without a sequencer RtMidi fails and complains on stderr.
 * Throws MIDI_UNAVAILABLE, with what to do on this system.
 */
export async function loadAddon(): Promise<MidiLibrary> {
  const library = await importAddon();
  checkSequencer();
  return library;
}

/** The library itself, whether or not there is a sequencer for it. Throws MIDI_UNAVAILABLE. */
export async function importAddon(): Promise<MidiLibrary> {
  try {
    const { default: easymidi } = await import('easymidi');
    const { default: addon } = await import('@julusian/midi/lazy');
    return { easymidi, addon };
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
export function checkSequencer(
  path = SEQUENCER,
  platform = process.platform,
  access: (path: string, mode: number) => void = accessSync,
): void {
  if (platform !== 'linux') return;
  if (!existsSync(path))
    throw new ContinuoError(
      'MIDI_UNAVAILABLE',
      `MIDI ports cannot be used: there is no ALSA sequencer (${path} does not exist).`,
      hintFor('sequencer', platform),
    );
  try {
    access(path, constants.R_OK | constants.W_OK);
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
