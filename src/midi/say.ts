import type { Channel, Output } from 'easymidi';
import type { MidiMessage } from './port.js';

type Say = (output: Output, channel: Channel, data1: number, data2: number) => void;

/** easymidi's form of each kind of channel message, by the upper four bits of its status. */
const SAY: Readonly<Record<number, Say>> = {
  8: (output, channel, note, velocity) => output.send('noteoff', { channel, note, velocity }),
  9: (output, channel, note, velocity) => output.send('noteon', { channel, note, velocity }),
  10: (output, channel, note, pressure) => output.send('poly aftertouch', { channel, note, pressure }),
  11: (output, channel, controller, value) => output.send('cc', { channel, controller, value }),
  12: (output, channel, number) => output.send('program', { channel, number }),
  13: (output, channel, pressure) => output.send('channel aftertouch', { channel, pressure }),
  14: (output, channel, low, high) => output.send('pitch', { channel, value: low + 128 * high }),
};

/** Sends `message` through easymidi, which checks nothing: it must be one that was checked. Throws what the addon throws. */
export function say(output: Output, [status, data1, data2 = 0]: MidiMessage): void {
  SAY[status >> 4]!(output, (status & 0x0f) as Channel, data1, data2);
}
