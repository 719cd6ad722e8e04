import type { Seconds } from '../../../music/units.js';
import type { LearntState, Resumption } from '../../../session/checkpoint.js';
import type { TakeLink } from '../../takes/link.js';
import type { NotationLink } from '../notation/link.js';

export interface InheritanceParts {
  /** null: there is nothing to go on from. */
  readonly resumption: Resumption | null;
  /** Of the codec whose tokens these are. */
  readonly codec: string;
  readonly learnt: LearntState | undefined;
  readonly take: TakeLink | null;
  readonly notation: NotationLink | null;
  /** The session hung. */
  readonly hung: boolean;
}

/** What a session leaves to the one that goes on from it: how it stood, and what is still being written of its music. */
export class Inheritance {
  constructor(private readonly left: InheritanceParts) {}

  get resumption(): Resumption | null {
    return this.left.resumption;
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

  get notation(): NotationLink | null {
    return this.left.notation;
  }

  get hung(): boolean {
    return this.left.hung;
  }

  /** Where the take is; null while there is none. */
  get takeFolder(): string | null {
    return this.take?.folder ?? null;
  }

  /** The take is whole as it is. */
  end(time: Seconds): void {
    this.take?.add([], [{ type: 'end', time }]);
  }

  /** Nobody goes on from it: the take is ended. */
  async close(): Promise<void> {
    const book = await this.notation?.close();
    await this.take?.close(book);
  }
}
