import type { LiveSession } from '../../live/live-session.js';
import { ownMark } from '../../program-mark.js';
import { encodeState, type SavedState } from '../../states/saved-state.js';
import type { SessionsChange } from '../control.js';
import { UNDO_MS } from '../sessions.js';
import { KeptFile, replace } from './kept-file.js';
import { KeptFolder } from './kept-folder.js';
import { encodeKept, type KeptFrom, type KeptSession } from './kept-session.js';
import { Offers } from './offers.js';

/** What the keeper follows: the directory of a host's sessions. */
export interface KeptDirectory {
  get(id: string): Pick<LiveSession, 'brief' | 'setup' | 'begun' | 'watchSetup'>;
  list(): readonly { readonly id: string; readonly name: string; readonly openedAt: string }[];
  subscribe(listener: (change: SessionsChange) => void): () => void;
}

interface KeeperParts {
  /** The folder of takes, in which the sessions are kept. */
  readonly takes: string;
  /** What the user should know: a file that cannot be read, or written. */
  readonly tell: (code: 'SESSIONS_BROKEN' | 'SESSIONS_VERSION' | 'SESSIONS_UNKEPT', message: string) => void;
}

/**
 * Keeps on the disk which sessions a host has, how they are set up and where their takes are, so that the host that starts next can offer
 * them, whatever ended this one.
 */
export class SessionKeeper {
  readonly offers: Offers;
  readonly #folder: KeptFolder;
  readonly #file: KeptFile;
  readonly #watched = new Map<string, () => void>();
  /** Sessions that nobody asked for, with how they were set up at first: they are kept once somebody uses them. */
  readonly #fresh = new Map<string, string>();
  /** Sessions whose state is kept beside the file. */
  readonly #states = new Set<string>();
  readonly #offerWatchers = new Set<() => void>();
  #directory: KeptDirectory | undefined;
  #unsubscribe = () => {};
  #endedAt: string | null = null;
  /** The last content, once the host stops. */
  #last: string | null | undefined;

  readonly #tell: KeeperParts['tell'];

  private constructor({ takes, tell }: KeeperParts, folder: KeptFolder) {
    this.#tell = tell;
    this.#folder = folder;
    this.#file = new KeptFile(
      folder.own,
      () => (this.#last === undefined ? this.#content() : this.#last),
      (why) =>
        why === null
          ? tell('SESSIONS_UNKEPT', `The open sessions are kept in ${takes} again.`)
          : tell(
              'SESSIONS_UNKEPT',
              `Which sessions are open cannot be kept in ${takes}, so that a host that starts after a crash would not offer them; it is tried again. ${why}`,
            ),
    );
    const offered = folder.takeOver(tell);
    this.offers = new Offers(offered, () => this.#offersChanged(), UNDO_MS);
  }

  /** Takes over what hosts that are gone have left. */
  static async begin(parts: KeeperParts): Promise<SessionKeeper> {
    const folder = new KeptFolder(parts.takes);
    if (folder.hasLeft) {
      // Whose it is by now is said before anything is moved.
      const nothing = { host: ownMark(), endedAt: null, sessions: [], offered: [] };
      await new KeptFile(
        folder.own,
        () => encodeKept(nothing),
        () => {},
      ).now();
    }
    const keeper = new SessionKeeper(parts, folder);
    await keeper.#file.now();
    folder.settled();
    if (keeper.offers.all.length === 0) folder.removeOwn();
    return keeper;
  }

  /** Calls back when what is offered changes. */
  watchOffers(changed: () => void): void {
    this.#offerWatchers.add(changed);
  }

  #offersChanged(): void {
    this.#file.changed();
    for (const watcher of this.#offerWatchers) watcher();
  }

  /** Keeps the sessions of this directory from now on. */
  follow(directory: KeptDirectory): void {
    this.#directory = directory;
    for (const { id } of directory.list()) this.#watch(id);
    this.#unsubscribe = directory.subscribe(({ what, id }) => {
      if (what === 'opened') this.#watch(id);
      else if (what === 'gone') {
        this.#watched.get(id)?.();
        this.#watched.delete(id);
        this.#fresh.delete(id);
        if (this.#states.delete(id)) this.#folder.removeState(id);
      }
      if (what !== 'offered') this.#file.changed();
    });
    this.#file.changed();
  }

  /** Nobody asked for this session: it is kept once it has a take, or is set up otherwise than now. */
  notYet(id: string): void {
    const entry = this.#directory!.list().find((one) => one.id === id)!;
    this.#fresh.set(id, setupOf(this.#keptOf(entry)));
    this.#file.changed();
  }

  /** The file with the state that a kept session goes on from. */
  stateOf(id: string): string {
    return this.#folder.stateOf(id);
  }

  #watch(id: string): void {
    const { begun } = this.#directory!.get(id);
    if (this.offers.get(id)?.from?.state) this.#states.add(id);
    if (begun && begun.tail === undefined) void this.#keepState(id, begun.state);
    this.#watched.set(
      id,
      this.#directory!.get(id).watchSetup(() => this.#file.changed()),
    );
  }

  /** A session that goes on from the midst of another one has its state in no take until somebody plays. */
  async #keepState(id: string, state: SavedState): Promise<void> {
    try {
      await replace(this.stateOf(id), encodeState(state));
    } catch (error) {
      const why = (error as Error).message;
      this.#tell(
        'SESSIONS_UNKEPT',
        `What the session ${id} goes on from cannot be kept; after a crash it would begin from zero until somebody has played in it. ${why}`,
      );
      return;
    }
    if (!this.#watched.has(id)) {
      this.#folder.removeState(id);
      return;
    }
    this.#states.add(id);
    this.#file.changed();
  }

  #fromOf(id: string): KeptFrom | undefined {
    const { begun } = this.#directory!.get(id);
    if (begun === null) return undefined;
    if (this.#states.has(id)) return { take: begun.take, state: true };
    return begun.tail && begun.take !== null ? { take: begun.take, state: false } : undefined;
  }

  #keptOf({ id, name, openedAt }: ReturnType<KeptDirectory['list']>[number]): KeptSession {
    const session = this.#directory!.get(id);
    const { plugin, model, take } = session.brief();
    const from = this.#fromOf(id);
    return { id, name, openedAt, plugin, model, setup: session.setup, take, ...(from && { from }) };
  }

  #isFresh(kept: KeptSession): boolean {
    return kept.take === null && kept.from === undefined && this.#fresh.get(kept.id) === setupOf(kept);
  }

  #content(): string | null {
    const all = this.#directory?.list().map((entry) => this.#keptOf(entry)) ?? [];
    const sessions = all.filter((kept) => !this.#isFresh(kept));
    if (sessions.length + this.offers.all.length === 0) return null;
    return encodeKept({ host: ownMark(), endedAt: this.#endedAt, sessions, offered: this.offers.all });
  }

  /** The host stops: its sessions are kept as they are now, whatever is closed from now on. */
  async close(): Promise<void> {
    this.#unsubscribe();
    for (const unwatch of this.#watched.values()) unwatch();
    this.#endedAt = new Date().toISOString();
    this.#last = this.#content();
    await this.#file.close();
    this.#folder.tidy();
  }
}

const setupOf = ({ name, setup }: KeptSession): string => JSON.stringify([name, setup]);
