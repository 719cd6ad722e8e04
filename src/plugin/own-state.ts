import type { PerformanceEvent } from '../music/note.js';

/**
 * What a plugin learns in a session and keeps beside its stream and its predictor. It is kept where the session's engine is started
 * anew, where the plugin's code is loaded again, and where another model takes its place.
 *
 * It changes by {@link hear} and {@link load} alone. Both come at times that a take has, never while tokens are tried out, taken back
 * or rehearsed, so that a take plays again token for token.
 */
export interface OwnState {
  /** Of the form of what {@link save} gives, a whole number. It grows when that changes. */
  readonly version: number;
  /** The player did this, and the plugin hears it. The one place where it learns. */
  hear?(event: PerformanceEvent): void;
  /** What it has learnt, as data that JSON holds; 256 kB at most. Called every few seconds while somebody plays. */
  save(): unknown;
  /** Goes on from what `save` gave, in this version of its form or an earlier one. May throw: it begins anew then. */
  load(saved: unknown, version: number): void;
}
