import { CONTROLLER, isController, PITCH_BEND } from './message.js';
import type { MidiMessage } from './port.js';

/** Upper four bits of the status. */
const KEY_PRESSURE = 0xa0;
const CHANNEL_PRESSURE = 0xd0;

/**
 * What controllers rest at, those that "Reset All Controllers" puts back (RP-015) and those that hold notes: modulation,
 * expression, the pedals. Volume, pan, bank and the like are a synth's setting and stay.
 */
const REST: ReadonlyMap<number, number> = new Map([
  ...[1, 64, 65, 66, 67, 68, 69].map((controller) => [controller, 0] as const),
  [11, 127],
]);

/** Tracks the controllers that were moved on a synth and not reset, by channel. */
export class ChangedControllers {
  /** For each moved controller, the message that resets it, and its value. */
  readonly #moved = new Map<number, { readonly rest: MidiMessage; readonly value: number }>();

  /** Records a message that was sent. */
  sent(message: MidiMessage): void {
    const rest = restOf(message);
    if (!rest) return;
    const [status, data1, data2 = data1] = message;
    const key = rest.length === 3 && (status & 0xf0) !== PITCH_BEND ? (status << 8) | data1 : status << 8;
    if (rest.every((byte, index) => byte === message[index])) this.#moved.delete(key);
    else this.#moved.set(key, { rest, value: data2 });
  }

  /** Whether the sustain pedal is down on `channel`. */
  pedal(channel: number): boolean {
    const moved = this.#moved.get(((CONTROLLER.status | channel) << 8) | CONTROLLER.sustain);
    return moved !== undefined && moved.value >= CONTROLLER.down;
  }

  /** The messages that reset all moved controllers, which count as reset from now on. */
  rest(): MidiMessage[] {
    const messages = [...this.#moved.values()].map(({ rest }) => rest);
    this.#moved.clear();
    return messages;
  }
}

function restOf(message: MidiMessage): MidiMessage | null {
  const [status, data1] = message;
  const kind = status & 0xf0;
  if (kind === PITCH_BEND) return [status, 0, 64];
  if (kind === CHANNEL_PRESSURE) return [status, 0];
  if (kind === KEY_PRESSURE) return [status, data1, 0];
  const value = isController(message) ? REST.get(data1) : undefined;
  return value === undefined ? null : [status, data1, value];
}
