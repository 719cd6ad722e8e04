import { ContinuoError } from '../../../errors.js';
import type { SavedState } from '../../states/saved-state.js';

interface Pending {
  readonly resolve: (state: SavedState) => void;
  readonly reject: (error: Error) => void;
}

/** Moments that a worker was asked to keep, and has not told yet. */
export class Keeping {
  readonly #pending = new Map<string, Pending>();

  ask(id: string, post: () => void): Promise<SavedState> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      post();
    });
  }

  /** `state`: null where it cannot be kept. */
  answer(id: string, state: SavedState | null): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (state !== null) pending?.resolve(state);
    else
      pending?.reject(
        new ContinuoError(
          'SNAPSHOT_FAILED',
          'This moment cannot be kept: what its plugin remembers is not plain data, or its stream is too long.',
        ),
      );
  }

  /** The engine is gone, and with it what was asked for. */
  lost(): void {
    for (const { reject } of this.#pending.values()) reject(notNow());
    this.#pending.clear();
  }
}

/** No engine plays at present. */
export function notNow(): ContinuoError {
  return new ContinuoError(
    'SNAPSHOT_FAILED',
    'The model is being changed or started anew, so no moment can be kept or recalled now.',
    'Try again in a moment.',
  );
}
