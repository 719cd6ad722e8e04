import { eventOfMessage, type InputPort, type PortSystem } from '../midi/index.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { openInput } from './ports.js';

/** A MIDI keyboard that plays into a session. Keys that are down when it goes away come up: nobody else could lift them. */
export class KeyboardInput {
  readonly #port: InputPort;
  readonly #held = new Set<number>();
  #pedal = false;

  /** Throws what {@link PortSystem.openInput} throws. */
  constructor(
    system: PortSystem,
    name: string,
    private readonly play: (event: PerformanceEvent) => void,
    private readonly now: () => Seconds,
  ) {
    this.#port = openInput(system, name, (message, time) => {
      const event = eventOfMessage(message, time);
      if (event) this.#hear(event);
    });
  }

  get name(): string {
    return this.#port.name;
  }

  #hear(event: PerformanceEvent): void {
    if (event.type === 'noteOn') this.#held.add(event.pitch);
    else if (event.type === 'noteOff') this.#held.delete(event.pitch);
    else this.#pedal = event.down;
    this.play(event);
  }

  close(): void {
    this.#port.close();
    const time = this.now();
    for (const pitch of this.#held) this.play({ type: 'noteOff', time, pitch });
    if (this.#pedal) this.play({ type: 'pedal', time, down: false });
    this.#held.clear();
  }
}
