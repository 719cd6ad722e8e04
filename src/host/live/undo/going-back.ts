import { randomBytes } from 'node:crypto';
import type { SessionCommand } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import type { UndoStep } from './undo-stack.js';

/** The moments of a session, as undoing needs them. */
export interface Moments {
  /** Keeps this moment under an id, before anything that is ordered next. Throws SNAPSHOT_FAILED. */
  keep(id: string): Promise<void>;
  /** Goes back to a moment at once. Throws SNAPSHOT_UNKNOWN, SNAPSHOT_FAILED, STATE_OTHER. */
  recall(id: string): void;
  /** Lets go of a moment. */
  forget(id: string): void;
}

interface Around {
  readonly moments: Moments;
  order(command: SessionCommand): void;
}

/** The settings that a change comes with, as they were before and are after it. */
interface Settings {
  readonly back?: SessionCommand | undefined;
  readonly forth?: SessionCommand | undefined;
}

/** A change of what the session remembers: undone, the session goes on from the moment before it. */
export class GoingBack implements UndoStep {
  readonly large = true;
  /** The moment before the change, and the one before it was undone. */
  readonly before = newId();
  #after: string | undefined;
  /** Whether the moment before it could be kept. */
  readonly kept: Promise<void>;

  /** To be made right before the change. */
  constructor(
    readonly label: string,
    private readonly around: Around,
    private readonly settings: Settings = {},
  ) {
    this.kept = around.moments.keep(this.before);
  }

  async undo(): Promise<void> {
    const { moments, order } = this.around;
    await this.kept;
    if (this.#after !== undefined) moments.forget(this.#after);
    this.#after = newId();
    const kept = moments.keep(this.#after);
    if (this.settings.back) order(this.settings.back);
    moments.recall(this.before);
    await kept;
  }

  redo(): void {
    const { moments, order } = this.around;
    if (this.settings.forth) order(this.settings.forth);
    moments.recall(this.#after!);
  }

  forget(): void {
    const { moments } = this.around;
    moments.forget(this.before);
    if (this.#after !== undefined) moments.forget(this.#after);
  }
}

function newId(): string {
  return `undo-${randomBytes(6).toString('hex')}`;
}

/** Changes that were asked for, of which the session's events tell whether they were made: there may be nothing to take back. */
export class AwaitedChanges {
  /** By the moment before each, the first that was asked for first. */
  readonly #awaited = new Map<string, GoingBack>();
  /** By the moment that is gone back to when a phrase is over. */
  readonly #atPhrase = new Map<string, GoingBack>();
  #last = '';

  constructor(private readonly made: (step: GoingBack) => void) {}

  add(step: GoingBack): void {
    this.#awaited.set(step.before, step);
    step.kept.catch(() => this.#awaited.delete(step.before));
  }

  /** It is made when the session goes back to `moment`. */
  addAtPhrase(moment: string, step: GoingBack): void {
    // The session goes back to the last one that was asked for.
    for (const given of this.#atPhrase.values()) given.forget();
    this.#atPhrase.clear();
    this.#atPhrase.set(moment, step);
    step.kept.catch(() => this.#atPhrase.delete(moment));
  }

  hear(event: SessionEvent): void {
    if (event.type === 'kept') this.#began(event.id);
    if (event.type !== 'takenBack' && event.type !== 'restored') return;
    const step = this.#awaited.get(this.#last);
    if (step) {
      this.#awaited.delete(this.#last);
      this.made(step);
    } else if (event.type === 'restored') {
      const recalled = this.#atPhrase.get(event.id);
      this.#atPhrase.delete(event.id);
      if (recalled) this.made(recalled);
    }
  }

  /** What was asked for before this moment was kept has been made, or nothing came of it. */
  #began(moment: string): void {
    this.#last = moment;
    for (const [before, step] of this.#awaited) {
      if (before === moment) return;
      this.#awaited.delete(before);
      step.forget();
    }
  }
}
