import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { ContinuoError } from '../../../errors.js';
import {
  decodeState,
  encodeState,
  LONGEST_NAME,
  type Moment,
  type SavedState,
} from '../../states/saved-state.js';
import { bytesOf } from './bytes-of.js';
import type { SnapshotFile, SnapshotInfo, SnapshotsControl } from './control.js';

/** The engine that plays, as snapshots need it. */
export interface SnapshotEngine {
  /** How the session stands now. Throws SNAPSHOT_FAILED. */
  keep(id: string): Promise<SavedState>;
  /** Throws SNAPSHOT_FAILED, STATE_OTHER. */
  recall(moment: Moment, when: 'now' | 'phrase'): void;
  /** Throws STATE_OTHER, SNAPSHOT_FAILED. */
  requireFit(state: SavedState): void;
  /** Keeps a moment beside the take, or no longer. */
  keepBeside(id: string, state: SavedState): void;
  dropBeside(id: string): void;
}

/** Is told what a user does with snapshots. */
export interface SnapshotListener {
  /** The session goes back to one next. */
  recalls(
    snapshot: { readonly id: string; readonly name: string; readonly own: boolean },
    when: 'now' | 'phrase',
  ): void;
  deleted(snapshot: { readonly id: string; readonly name: string }): void;
  broughtBack(id: string): void;
}

/** Most snapshots of a session, and how much memory all that it keeps may take, in bytes. */
export const MOST_SNAPSHOTS = 64;
export const MOST_BYTES = 32 * 1024 * 1024;
/** The largest file of a snapshot that is taken in, in bytes: that of some ten hours of dense playing. */
export const LARGEST_FILE = 16 * 1024 * 1024;
/** Moments that were kept without a name, and deleted snapshots: more than anybody goes back through. */
const MOST_UNNAMED = 64;
const MOST_DELETED = 16;

interface Kept extends Moment {
  readonly bytes: number;
}

/** The moments of a session that can be gone back to. They outlive its engines; with another model they wait until theirs is back. */
export class Snapshots implements SnapshotsControl {
  readonly #named = new Map<string, Kept>();
  /** Kept by the host itself, the earliest first; and deleted ones, the first that was deleted first. */
  readonly #unnamed = new Map<string, Kept>();
  readonly #deleted = new Map<string, Kept>();
  readonly #watchers = new Set<() => void>();
  #count = 0;

  constructor(
    private readonly engine: SnapshotEngine,
    private readonly told: SnapshotListener = { recalls() {}, deleted() {}, broughtBack() {} },
    private readonly most = { snapshots: MOST_SNAPSHOTS, bytes: MOST_BYTES },
  ) {}

  list(): SnapshotInfo[] {
    return [...this.#named.values()].map((kept) => this.#infoOf(kept));
  }

  async keep(name = this.#nextName()): Promise<SnapshotInfo> {
    this.#requirePlace();
    const id = newMomentId();
    return this.#take({ id, state: { ...(await this.engine.keep(id)), name: clean(name) } });
  }

  /** As {@link keep}, under an id of the caller's. */
  async keepAs(id: string): Promise<void> {
    if (!this.#named.has(id)) this.#requirePlace();
    const state = { ...(await this.engine.keep(id)), name: id };
    this.#remove(this.#named, id);
    this.#take({ id, state });
  }

  /** Keeps this moment without a name, for the host itself: the list does not have it. Throws SNAPSHOT_FAILED. */
  async keepUnnamed(id: string): Promise<void> {
    const state = await this.engine.keep(id);
    this.#unnamed.set(id, { id, state, bytes: bytesOf(state) });
    if (this.#unnamed.size > MOST_UNNAMED) this.#dropFirst(this.#unnamed);
    this.#makeRoom(0);
  }

  /** Whether a moment is kept, named or not. */
  has(id: string): boolean {
    return this.#named.has(id) || this.#unnamed.has(id);
  }

  /** Lets go of a moment that {@link keepUnnamed} kept. */
  forget(id: string): void {
    this.#remove(this.#unnamed, id);
  }

  recall(id: string, when: 'now' | 'phrase' = 'now'): void {
    const kept = this.#require(id);
    this.engine.requireFit(kept.state);
    this.told.recalls({ id, own: kept.state.foreign !== true, name: kept.state.name ?? id }, when);
    this.engine.recall(kept, when);
  }

  /** Goes back to a moment that {@link keepUnnamed} kept, at once. Throws SNAPSHOT_UNKNOWN, SNAPSHOT_FAILED, STATE_OTHER. */
  recallUnnamed(id: string): void {
    const kept = this.#unnamed.get(id);
    if (kept === undefined) throw unknown(id, 'There was no room for it any more.');
    this.engine.recall(kept, 'now');
  }

  rename(id: string, name: string): void {
    const kept = this.#require(id);
    const state = { ...kept.state, name: clean(name) };
    this.#named.set(id, { ...kept, state });
    this.#keepBeside(this.#require(id));
    this.#tell();
  }

  remove(id: string): void {
    this.removeAgain(id);
    this.told.deleted({ id, name: this.#deleted.get(id)?.state.name ?? id });
  }

  /** As {@link remove}, where that was undone. */
  removeAgain(id: string): void {
    const kept = this.#require(id);
    this.#remove(this.#named, id);
    // Where the session is resumed, it stays deleted.
    this.#deleted.set(id, kept);
    if (this.#deleted.size > MOST_DELETED) this.#dropFirst(this.#deleted);
    this.#tell();
  }

  restore(id: string): void {
    this.bringBack(id);
    this.told.broughtBack(id);
  }

  /** As {@link restore}, where deleting it is undone. */
  bringBack(id: string): void {
    const kept = this.#deleted.get(id);
    if (kept === undefined) throw unknown(id, 'It cannot be brought back any more.');
    this.#requirePlace();
    this.#deleted.delete(id);
    this.#add(kept);
  }

  load(content: Uint8Array): SnapshotInfo {
    if (content.length > LARGEST_FILE)
      throw new ContinuoError(
        'STATE_BROKEN',
        `A file of a snapshot has at most ${inMegabytes(LARGEST_FILE)}, but this one has ${inMegabytes(content.length)}.`,
      );
    const state = decodeState(new TextDecoder().decode(content), 'The file');
    this.engine.requireFit(state);
    this.#requirePlace();
    const name = clean(state.name ?? '') || this.#nextName();
    return this.#take({ id: newMomentId(), state: { ...state, name, foreign: true } });
  }

  file(id: string): SnapshotFile {
    const { state } = this.#require(id);
    return { name: `${fileNameOf(state.name ?? id)}.continuo-state`, content: encodeState(asFile(state)) };
  }

  async state(id?: string): Promise<SavedState> {
    return id === undefined ? this.engine.keep(newMomentId()) : asFile(this.#require(id).state);
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Snapshots of the take that the session goes on from. */
  takeOver(moments: readonly Moment[]): void {
    for (const moment of moments.slice(-this.most.snapshots))
      this.#named.set(moment.id, { ...moment, bytes: bytesOf(moment.state) });
  }

  /** Another engine plays: its take keeps what fits it, too. */
  engineChanged(): void {
    for (const kept of this.#named.values()) this.#keepBeside(kept);
    if (this.#named.size > 0) this.#tell();
  }

  // ---------------------------------------------------------------- what there is room for

  #take(moment: Moment): SnapshotInfo {
    const kept = { ...moment, bytes: bytesOf(moment.state) };
    this.#makeRoom(kept.bytes);
    if (this.#bytes + kept.bytes > this.most.bytes) throw this.#full();
    this.#count++;
    this.#add(kept);
    return this.#infoOf(kept);
  }

  #add(kept: Kept): void {
    this.#named.set(kept.id, kept);
    this.#keepBeside(kept);
    this.#tell();
  }

  /** The take keeps what fits it, for a session that goes on from it. */
  #keepBeside({ id, state }: Kept): void {
    if (this.#unfit(state) === null) this.engine.keepBeside(id, state);
  }

  #requirePlace(): void {
    if (this.#named.size >= this.most.snapshots) throw this.#full();
  }

  /** Lets go of what has no name, and of what was deleted, until there is room for so many bytes. */
  #makeRoom(bytes: number): void {
    for (const some of [this.#unnamed, this.#deleted])
      while (some.size > 0 && this.#bytes + bytes > this.most.bytes) this.#dropFirst(some);
  }

  get #bytes(): number {
    let bytes = 0;
    for (const some of [this.#named, this.#unnamed, this.#deleted])
      for (const kept of some.values()) bytes += kept.bytes;
    return bytes;
  }

  #dropFirst(some: Map<string, Kept>): void {
    const [first] = some.keys();
    if (first !== undefined) this.#remove(some, first);
  }

  #remove(some: Map<string, Kept>, id: string): void {
    if (some.delete(id)) this.engine.dropBeside(id);
  }

  #full(): ContinuoError {
    const { size } = this.#named;
    return new ContinuoError(
      'SNAPSHOTS_FULL',
      `This session keeps ${size} ${size === 1 ? 'snapshot' : 'snapshots'} of ${inMegabytes(this.#bytes)} in all; ${this.most.snapshots} of ${inMegabytes(this.most.bytes)} are the most.`,
      'Delete one that you need no longer; save it to a file first, to keep it.',
    );
  }

  // ---------------------------------------------------------------- what they are

  #require(id: string): Kept {
    const kept = this.#named.get(id);
    if (kept === undefined) throw unknown(id);
    return kept;
  }

  #infoOf({ id, state, bytes }: Kept): SnapshotInfo {
    const { setup, time, date, name = id } = state;
    const unfit = this.#unfit(state);
    return {
      ...{ id, name, time, date, bytes, own: state.foreign !== true, plugin: basename(setup.plugin) },
      model: setup.model === null ? null : basename(setup.model),
      ...(unfit !== null && { unfit }),
    };
  }

  /** Why a state does not fit what plays; null where it does, or nothing plays now. */
  #unfit(state: SavedState): string | null {
    try {
      this.engine.requireFit(state);
      return null;
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      return error.code === 'STATE_OTHER' ? error.message : null;
    }
  }

  #nextName(): string {
    return `Snapshot ${this.#count + 1}`;
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** A state as it is for everybody else. */
function asFile({ foreign: _, ...state }: SavedState): SavedState {
  return state;
}

function newMomentId(): string {
  return randomBytes(6).toString('hex');
}

/** A name without control characters and of a length that can be shown. */
function clean(name: string): string {
  return name
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME);
}

function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N} ._-]+/gu, '-').replace(/^\.+/, '') || 'snapshot';
}

function unknown(id: string, more = 'It may have been deleted.'): ContinuoError {
  return new ContinuoError(
    'SNAPSHOT_UNKNOWN',
    `This session has no snapshot ${JSON.stringify(id)}. ${more}`,
    'continuo snapshots list shows those that it has.',
  );
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
