import { ContinuoError } from '../errors.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { MidiMessage } from './port.js';

// MIDI 1.0 Detailed Specification 4.2, Tables I-III: the upper four bits of a status byte say what the message is,
// the lower four the channel (0-15, shown to people as 1-16).
const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const CONTROL_CHANGE = 0xb0;

/** Channel 10 to people: a receiver's percussion (General MIDI Level 1). */
export const PERCUSSION_CHANNEL = 9;

/** Upper four bits of the status. */
export const PITCH_BEND = 0xe0;

/** Controllers, by their numbers (MIDI 1.0, Table III). From `allSoundOff` on they are channel mode messages. */
export const CONTROLLER = {
  /** A control change on channel 1. */
  status: CONTROL_CHANGE,
  sustain: 64,
  allSoundOff: 120,
  resetAll: 121,
  localControl: 122,
  allNotesOff: 123,
  /** A pedal or switch is down from this value on. */
  down: 64,
} as const;

/** What a keyboard without release velocity sends with a note-off (MIDI 1.0, "Note-Off"). */
const RELEASE_VELOCITY = 64;

/** Name and data bytes of each kind of channel message, by the upper four bits of its status. */
const KINDS: Readonly<Record<number, readonly [name: string, ...data: string[]]>> = {
  8: ['note-off', 'note', 'velocity'],
  9: ['note-on', 'note', 'velocity'],
  10: ['key pressure', 'note', 'pressure'],
  11: ['control change', 'controller', 'value'],
  12: ['program change', 'program'],
  13: ['channel pressure', 'pressure'],
  14: ['pitch bend', 'low seven bits', 'high seven bits'],
};

/** How many data bytes follow a channel message's status byte (0x80-0xEF): 1 or 2. */
export function dataBytes(status: number): number {
  return KINDS[status >> 4]!.length - 1;
}

/** Returns `message` if it is a MIDI 1.0 channel message. Throws as {@link assertMessage} does. */
export function checkMessage(message: readonly (number | undefined)[]): MidiMessage {
  assertMessage(message);
  return message;
}

/**
 * Throws PORT_MESSAGE, naming the byte, unless the status is 0x80-0xEF and is followed by as many integers from 0 to 127 as it takes.
 */
function assertMessage(message: readonly (number | undefined)[]): asserts message is MidiMessage {
  const status = message[0];
  if (status === undefined || !Number.isInteger(status) || status < 0x80 || status > 0xef)
    throw new ContinuoError(
      'PORT_MESSAGE',
      `Byte 0 of a MIDI message, the status, must be an integer from 0x80 to 0xEF; it is ${shown(status)}.`,
      'Only channel messages are sent: notes, controllers, programs, pressure and pitch bend.',
    );
  const [kind, ...data] = KINDS[status >> 4]!;
  const length = message.at(-1) === undefined ? message.length - 1 : message.length;
  if (length !== data.length + 1)
    throw new ContinuoError(
      'PORT_MESSAGE',
      `A ${kind} message has ${data.length + 1} bytes (status, ${data.join(', ')}); this one has ${length}.`,
    );
  for (let i = 0; i < data.length; i++) {
    const byte = message[i + 1];
    if (byte === undefined || !Number.isInteger(byte) || byte < 0 || byte > 127)
      throw new ContinuoError(
        'PORT_MESSAGE',
        `Byte ${i + 1} of a ${kind} message, the ${data[i]}, must be an integer from 0 to 127; it is ${shown(byte)}.`,
      );
  }
}

/**
 * The session event of a message, at `time`; null where it is neither a note nor the sustain pedal. A note-on of velocity 0
 * is a note-off (MIDI 1.0, "Note-On"), a pedal is down from value 64 on. `message` must have been checked.
 */
export function eventOfMessage(message: MidiMessage, time: Seconds): PerformanceEvent | null {
  const [status, data1, data2 = 0] = message;
  const kind = status & 0xf0;
  if (kind === NOTE_ON && data2 > 0) return { type: 'noteOn', time, pitch: data1, velocity: data2 };
  if (kind === NOTE_ON || kind === NOTE_OFF) return { type: 'noteOff', time, pitch: data1 };
  if (kind === CONTROL_CHANGE && data1 === CONTROLLER.sustain)
    return { type: 'pedal', time, down: data2 >= CONTROLLER.down };
  return null;
}

/** Whether `message` is a control change, of that number where one is given. */
export function isController(message: MidiMessage, number = message[1]): boolean {
  return (message[0] & 0xf0) === CONTROL_CHANGE && message[1] === number;
}

/** The same channel message on another channel (0-15). */
export function onChannel([status, ...data]: MidiMessage, channel: number): MidiMessage {
  return [(status & 0xf0) | channel, ...data];
}

/** The message of an event on `channel` (0-15). Throws PORT_MESSAGE where pitch, velocity or channel is out of range. */
export function messageOfEvent(event: PerformanceEvent, channel = 0): MidiMessage {
  if (!Number.isInteger(channel) || channel < 0 || channel > 15)
    throw new ContinuoError(
      'PORT_MESSAGE',
      `A MIDI channel must be an integer from 0 to 15; it is ${channel}.`,
    );
  switch (event.type) {
    case 'noteOn':
      return checkMessage([NOTE_ON | channel, event.pitch, event.velocity]);
    case 'noteOff':
      return checkMessage([NOTE_OFF | channel, event.pitch, RELEASE_VELOCITY]);
    case 'pedal':
      return [CONTROL_CHANGE | channel, CONTROLLER.sustain, event.down ? 127 : 0];
  }
}

/**
 * The messages that silence a synth on `channels` (default: all 16): pedal up, all notes off, all sound off.
 * The pedal comes first, since synths hold notes that were ended by All Notes Off for as long as it is down. Synths may
 * ignore the last two, so whoever knows which notes sound sends their note-offs before.
 */
export function silence(channels: Iterable<number> = Array(16).keys()): MidiMessage[] {
  return Array.from(channels, (channel): MidiMessage[] => [
    [CONTROL_CHANGE | channel, CONTROLLER.sustain, 0],
    [CONTROL_CHANGE | channel, CONTROLLER.allNotesOff, 0],
    [CONTROL_CHANGE | channel, CONTROLLER.allSoundOff, 0],
  ]).flat();
}

const shown = (byte: number | undefined) => (byte === undefined ? 'missing' : String(byte));
