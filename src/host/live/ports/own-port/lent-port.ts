import { ContinuoError } from '../../../../errors.js';
import { checkMessage, type MidiMessage, type OutputPort, type PortId } from '../../../../midi/index.js';
import { VIRTUAL_PORT } from '../port-choice.js';
import { MessageRing } from './message-ring.js';

/** What another thread needs to play to a port that this thread holds. */
export interface Lent {
  /** The buffer of a {@link MessageRing}. */
  readonly ring: SharedArrayBuffer;
  readonly id: PortId | null;
}

/** A port that another thread holds. Closing it does not close the port there. */
export class LentPort implements OutputPort {
  readonly name = VIRTUAL_PORT;
  readonly id: PortId | null;
  readonly #ring: MessageRing;
  #closed = false;

  constructor({ ring, id }: Lent) {
    this.#ring = new MessageRing(ring);
    this.id = id;
  }

  send(message: MidiMessage): void {
    checkMessage(message);
    if (this.#closed || this.#ring.send(message)) return;
    throw new ContinuoError(
      'PORT_LOST',
      `The MIDI output "${this.name}" takes no more messages: nobody sends them on.`,
      'Choose the output again.',
    );
  }

  close(): void {
    this.#closed = true;
  }
}
