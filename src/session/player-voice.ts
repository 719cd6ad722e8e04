import type { PerformanceEvent } from '../music/note.js';
import type { Pitch } from '../music/units.js';
import type { SessionEvent } from './events.js';
import type { NoteLedger } from './ledger.js';

/** The player's part of a session: emits events for the player's notes, and sends them to the output on demand. */
export class PlayerVoice {
  /** Ids of the keys that are down, by pitch. */
  readonly #notes = new Map<Pitch, number>();

  constructor(
    private readonly ledger: NoteLedger,
    private readonly emit: (event: SessionEvent) => void,
    private readonly nextId: () => number,
  ) {}

  /** Ids of the keys that are down, for another session to go on with. */
  save(): [Pitch, number][] {
    return [...this.#notes];
  }

  load(keys: readonly (readonly [Pitch, number])[]): void {
    for (const [pitch, id] of keys) this.#notes.set(pitch, id);
  }

  /** Emits an event of the player. `thru`: it goes to the output too. */
  play(event: PerformanceEvent, thru: boolean): void {
    if (event.type === 'pedal') {
      this.emit({ ...event, voice: 'player' });
      return;
    }
    const struck = this.#notes.get(event.pitch);
    if (struck !== undefined) {
      this.#notes.delete(event.pitch);
      this.emit({ type: 'noteOff', id: struck, time: event.time });
      this.ledger.off('player', event.pitch);
    }
    if (event.type === 'noteOff') return;
    const id = this.nextId();
    this.#notes.set(event.pitch, id);
    this.emit({ ...event, id, voice: 'player' });
    if (thru) this.ledger.on('player', event.pitch, event.velocity);
  }
}
