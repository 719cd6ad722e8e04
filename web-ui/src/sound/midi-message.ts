import type { PlayerEvent } from '../../../src/protocol/session-protocol.js';

const SUSTAIN = 64;
const ALL_SOUND_OFF = 120;
const ALL_NOTES_OFF = 123;

/** Parses a MIDI 1.0 channel message; undefined where it is not about playing. */
export function readMidi(data: ArrayLike<number>): PlayerEvent | { readonly type: 'allOff' } | undefined {
  const [status, first, second] = [data[0], data[1], data[2]];
  if (status === undefined || first === undefined || second === undefined || first > 127 || second > 127)
    return undefined;
  switch (status & 0xf0) {
    case 0x90:
      // A note-on of velocity 0 is a note-off.
      return second > 0
        ? { type: 'noteOn', pitch: first, velocity: second }
        : { type: 'noteOff', pitch: first };
    case 0x80:
      return { type: 'noteOff', pitch: first };
    case 0xb0:
      if (first === SUSTAIN) return { type: 'pedal', down: second >= 64 };
      return first === ALL_NOTES_OFF || first === ALL_SOUND_OFF ? { type: 'allOff' } : undefined;
    default:
      return undefined;
  }
}
