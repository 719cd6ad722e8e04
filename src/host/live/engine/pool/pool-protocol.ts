import type { ErrorReport } from '../../../error-report.js';
import type { SharedModel } from '../../../models/shared-model.js';
import type { FromWorker, ToWorker, WorkerStart } from '../worker-protocol.js';

/** I/O thread -> worker, about one session in it; `open` comes first. */
export type ToSeat =
  | { readonly type: 'open'; readonly start: WorkerStart }
  /** The answer to `wantsModel`. */
  | { readonly type: 'model'; readonly name: string; readonly model: SharedModel | ErrorReport }
  | ToWorker;

/** Worker -> I/O thread, about one session in it. */
export type FromSeat =
  /** The session is to play with this model, whose weights the host has once for all. */
  { readonly type: 'wantsModel'; readonly name: string } | FromWorker;

/** The number of all sessions of a worker: what is said concerns them all. */
export const ALL_SEATS = -1;

export interface SeatMessage<Told> {
  readonly seat: number;
  readonly told: Told;
}

/** Start data of a worker. */
export interface PoolWorkerStart {
  /** The words of {@link BELL} and the following. */
  readonly bell: SharedArrayBuffer;
  /** The figures of {@link WorkFigures}. */
  readonly figures: SharedArrayBuffer;
}
