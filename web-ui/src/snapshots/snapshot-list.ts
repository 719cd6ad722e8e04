import type { SessionClient, Snapshot } from '../../../src/client/session-client.js';
import type { Trouble } from '../app/trouble-words.js';

/** What the list needs of the client of its session. */
export type SnapshotClient = Pick<
  SessionClient,
  | 'on'
  | 'snapshots'
  | 'keepSnapshot'
  | 'recallSnapshot'
  | 'renameSnapshot'
  | 'deleteSnapshot'
  | 'restoreSnapshot'
  | 'saveSnapshot'
  | 'loadSnapshot'
>;

/** For how long the deletion of a snapshot is offered to be undone, in seconds; Undo of the session knows it longer. */
const UNDO = 15;

/** The snapshots of the session that the panel shows. */
export class SnapshotList {
  snapshots: readonly Snapshot[] = [];
  /** The one that the music went back to last. */
  current: string | undefined;
  /** The one that it goes back to when the phrase is over. */
  awaited: string | undefined;
  deleted: Snapshot | undefined;
  trouble: Trouble | undefined;
  #client: SnapshotClient | undefined;
  #leave: (() => void)[] = [];
  #forget = () => {};
  readonly #watchers = new Set<() => void>();

  /** @param after calls back once; returns a function that cancels it */
  constructor(private readonly after: (seconds: number, callback: () => void) => () => void) {}

  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** The panel shows another session. */
  follow(client: SnapshotClient): void {
    for (const leave of this.#leave) leave();
    this.#client = client;
    this.snapshots = [];
    this.current = undefined;
    this.awaited = undefined;
    this.trouble = undefined;
    this.#forgetDeleted();
    this.#leave = [
      client.on('snapshots', (snapshots) => this.#listed(snapshots)),
      client.on('restored', ({ id }) => this.#wentTo(id)),
      client.on('takenBack', () => this.#wentTo(undefined)),
      client.on('lost', () => {
        this.awaited = undefined;
        this.changed();
      }),
    ];
    this.changed();
  }

  /** The latest first. */
  #listed(snapshots: readonly Snapshot[]): void {
    this.snapshots = snapshots.toReversed();
    this.changed();
  }

  #wentTo(id: string | undefined): void {
    const known = this.snapshots.some((snapshot) => snapshot.id === id);
    // One of a file is not of this session's music: that is taken back then.
    const loaded = this.snapshots.find(({ id: one, own }) => one === this.awaited && !own);
    this.current = known ? id : loaded?.id;
    if (this.awaited === this.current) this.awaited = undefined;
    this.changed();
  }

  /** A name that none has. */
  get proposed(): string {
    let number = this.snapshots.length + 1;
    while (this.snapshots.some(({ name }) => name === `Snapshot ${number}`)) number++;
    return `Snapshot ${number}`;
  }

  async keep(name: string): Promise<boolean> {
    const kept = await this.#ask((client) => client.keepSnapshot(name.trim() || this.proposed));
    return kept !== undefined;
  }

  /** Goes back to a snapshot: at once, or when the phrase is over. */
  async recall(id: string, when: 'now' | 'phrase'): Promise<boolean> {
    this.awaited = id;
    const done = await this.#ask(async (client) => {
      await client.recallSnapshot(id, when);
      return true;
    });
    if (!done && this.awaited === id) this.awaited = undefined;
    this.changed();
    return done === true;
  }

  async rename(id: string, name: string): Promise<void> {
    const { name: before } = this.snapshots.find((snapshot) => snapshot.id === id) ?? {};
    if (name.trim() === '' || name.trim() === before) return;
    await this.#ask((client) => client.renameSnapshot(id, name.trim()));
  }

  /** Deletes a snapshot; for a while that can be undone here, and longer by the session's Undo. */
  async delete(snapshot: Snapshot): Promise<void> {
    const done = await this.#ask(async (client) => {
      await client.deleteSnapshot(snapshot.id);
      return true;
    });
    if (!done) return;
    this.#forgetDeleted();
    this.deleted = snapshot;
    this.#forget = this.after(UNDO, () => {
      this.#forgetDeleted();
      this.changed();
    });
    this.changed();
  }

  async restore(): Promise<void> {
    const { deleted } = this;
    if (deleted === undefined) return;
    this.#forgetDeleted();
    // The session's Undo may have been quicker.
    if (this.snapshots.some(({ id }) => id === deleted.id)) this.changed();
    else await this.#ask((client) => client.restoreSnapshot(deleted.id));
  }

  /** The snapshot as a file. */
  save(id: string): Promise<Uint8Array | undefined> {
    return this.#ask((client) => client.saveSnapshot(id));
  }

  /** Takes in a snapshot from a file, of this session, another one or another host. */
  load(file: Blob): Promise<Snapshot | undefined> {
    return this.#ask((client) => client.loadSnapshot(file));
  }

  dismissTrouble(): void {
    this.trouble = undefined;
    this.changed();
  }

  #forgetDeleted(): void {
    this.#forget();
    this.#forget = () => {};
    this.deleted = undefined;
  }

  async #ask<T>(request: (client: SnapshotClient) => Promise<T>): Promise<T | undefined> {
    const client = this.#client;
    if (client === undefined) return undefined;
    this.trouble = undefined;
    this.changed();
    try {
      return await request(client);
    } catch (error) {
      if (client !== this.#client) return undefined;
      const { code = 'DEFECT', message, hint } = error as Error & Partial<Trouble>;
      this.trouble = { code, message, ...(hint !== undefined && { hint }) };
      this.changed();
      return undefined;
    }
  }
}
