import type { Seconds } from '../../../music/units.js';
import type { LearntState, Resumption } from '../../../session/checkpoint.js';
import type { TakeLink } from '../../takes/take-link.js';
import type { Notations } from '../notation/notations.js';

export interface InheritanceParts {
  /** null: there is no checkpoint to resume from. */
  readonly resumption: Resumption | null;
  /** From where the further members of a band go on; those that are not there begin from zero. */
  readonly others: ReadonlyMap<string, Resumption>;
  /** The codec of these tokens. */
  readonly codec: string;
  readonly learnt: LearntState | undefined;
  readonly take: TakeLink | null;
  readonly notations: Notations;
  /** Whether the session hung. */
  readonly hung: boolean;
}

/** What a session leaves to its successor: its last checkpoint, and its open take and notations. */
export class Inheritance {
  constructor(private readonly left: InheritanceParts) {}

  get resumption(): Resumption | null {
    return this.left.resumption;
  }

  get others(): ReadonlyMap<string, Resumption> {
    return this.left.others;
  }

  get codec(): string {
    return this.left.codec;
  }

  get learnt(): LearntState | undefined {
    return this.left.learnt;
  }

  get take(): TakeLink | null {
    return this.left.take;
  }

  get notations(): Notations {
    return this.left.notations;
  }

  get hung(): boolean {
    return this.left.hung;
  }

  /** The take's folder; null while there is none. */
  get takeFolder(): string | null {
    return this.take?.folder ?? null;
  }

  /** Records the end of the take. */
  end(time: Seconds): void {
    this.take?.add([], [{ type: 'end', time }]);
  }

  /** Closes the take: no session resumes from it. */
  async close(): Promise<void> {
    await this.take?.close(await this.notations.close());
  }
}
