import type { Seconds } from '../../../music/units.js';
import type { SavedState } from '../../states/saved-state.js';

/** A moment of a session that somebody kept under a name. */
export interface SnapshotInfo {
  readonly id: string;
  readonly name: string;
  /** Session time of the moment, in the session that it is of. */
  readonly time: Seconds;
  /** When it was kept, ISO 8601. */
  readonly date: string;
  /** Name of the plugin that played, and of its model (null: it has none). */
  readonly plugin: string;
  readonly model: string | null;
  /** It is of this very session; else it was loaded from a file. */
  readonly own: boolean;
  /** How much memory it takes. */
  readonly bytes: number;
  /** Why it cannot be recalled with what plays now. */
  readonly unfit?: string;
}

/** A snapshot as a file. */
export interface SnapshotFile {
  /** Name of the file. */
  readonly name: string;
  readonly content: string;
}

/** The snapshots of a session. */
export interface SnapshotsControl {
  /** The earliest kept first. */
  list(): readonly SnapshotInfo[];
  /** Keeps this moment; the music goes on. Default name: "Snapshot" and a number. Throws SNAPSHOT_FAILED, SNAPSHOTS_FULL. */
  keep(name?: string): Promise<SnapshotInfo>;
  /**
   * Goes back to a snapshot and on from there: at once, or when the turn or phrase under way is over. Mode and parameters stay as they are. Throws
   * SNAPSHOT_UNKNOWN, SNAPSHOT_FAILED, STATE_OTHER.
   */
  recall(id: string, when?: 'now' | 'phrase'): void;
  /** Throws SNAPSHOT_UNKNOWN. */
  rename(id: string, name: string): void;
  /** Deletes a snapshot, which can be {@link restore}d for a while. Throws SNAPSHOT_UNKNOWN. */
  remove(id: string): void;
  /** Undoes {@link remove}. Throws SNAPSHOT_UNKNOWN, SNAPSHOTS_FULL. */
  restore(id: string): void;
  /** Takes in a snapshot from a file. Throws STATE_BROKEN, STATE_VERSION, STATE_OTHER, SNAPSHOTS_FULL. */
  load(content: Uint8Array): SnapshotInfo;
  /** Throws SNAPSHOT_UNKNOWN. */
  file(id: string): SnapshotFile;
  /** How the session stood at a snapshot; without one, how it stands now. Throws SNAPSHOT_UNKNOWN, SNAPSHOT_FAILED. */
  state(id?: string): Promise<SavedState>;
  /** Calls back when the list changes. Returns a function that unsubscribes. */
  watch(changed: () => void): () => void;
}
