import { ContinuoError } from '../../errors.js';
import type { Seconds } from '../../music/units.js';
import { clockFrom, monotonic } from '../live/clock.js';
import type { SessionControl } from '../live/session-control.js';
import type { OfferedPlugin, OpenChoice, SessionDirectory, SessionEntry, SessionsChange } from './control.js';
import { newSessionId } from './session-id.js';

/** Most sessions of a host, unless it is told otherwise; before that, it refuses when its workers have no room. */
export const MOST_SESSIONS = 128;
/** For how long a closed session can be reopened, in milliseconds. */
export const UNDO_MS = 30_000;

/** After this time without a client and without MIDI ports a session sleeps, in milliseconds: nobody hears it. */
export const SLEEP_MS = 60_000;

/** So much of a session's name is left in that of a fork. */
const LONGEST_FORKED = 50;

interface SessionsOptions<S extends SessionControl> {
  readonly open: (choice: OpenChoice) => Promise<S>;
  readonly plugins: () => Promise<readonly OfferedPlugin[]>;
  /** Most sessions at once. Default {@link MOST_SESSIONS}. */
  readonly most?: number;
  /** How many more the machine can bear, as far as that is known. Default: any number. */
  readonly room?: () => number;
  /** Default: a clock that reads 0 now. */
  readonly now?: () => Seconds;
  readonly undoMs?: number;
  readonly sleepMs?: number;
}

/** An open session, or one that was closed and can be reopened. */
interface Held<S> {
  readonly id: string;
  name: string;
  readonly session: S;
  readonly openedAt: string;
  clients: number;
  readonly unsubscribe: () => void;
  /** Counts down to sleep while there are no clients. */
  sleep?: NodeJS.Timeout | undefined;
  asleep?: boolean;
}

/** A closed session. */
interface Closed<S> extends Held<S> {
  readonly ports: { readonly input: string | null; readonly output: string | null };
  readonly end: NodeJS.Timeout;
}

/** The directory of a host's sessions: opens, names, lists and closes them. */
export class Sessions<S extends SessionControl = SessionControl> implements SessionDirectory {
  readonly now: () => Seconds;
  readonly most: number;
  readonly plugins: () => Promise<readonly OfferedPlugin[]>;
  readonly #open = new Map<string, Held<S>>();
  readonly #closed = new Map<string, Closed<S>>();
  readonly #listeners = new Set<(change: SessionsChange) => void>();
  /** Sessions that are being opened. */
  #opening = 0;
  /** Resolves when the session before is opened: loading one takes a core. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Sessions that are ending. */
  readonly #ending = new Set<Promise<void>>();
  #count = 0;
  #over = false;

  constructor(private readonly options: SessionsOptions<S>) {
    this.now = options.now ?? clockFrom(monotonic());
    this.most = options.most ?? MOST_SESSIONS;
    this.plugins = options.plugins;
  }

  get first(): string | undefined {
    const [first] = this.#open.keys();
    return first;
  }

  list(): SessionEntry[] {
    return [...this.#open.values()].map(({ id, name, session, openedAt, clients }) => ({
      ...{ id, name, ...session.brief(), clients, openedAt },
    }));
  }

  get(id: string): S {
    return this.#require(id).session;
  }

  async open(choice: OpenChoice): Promise<string> {
    this.#requireRoom();
    this.#opening++;
    const before = this.#turn;
    const opened = before.then(() => this.options.open(choice));
    this.#turn = opened.catch(() => undefined);
    try {
      return await this.#take(await opened, choice.name ?? this.#forkName(choice));
    } finally {
      this.#opening--;
    }
  }

  #forkName({ from }: OpenChoice): string | undefined {
    const name = from && this.#open.get(from.session)?.name;
    return name === undefined ? undefined : `${name.slice(0, LONGEST_FORKED)}, fork`;
  }

  async #take(session: S, name: string | undefined): Promise<string> {
    if (!this.#over) return this.add(session, name);
    await session.close();
    throw new ContinuoError('SESSION_NOT_FOUND', 'The host stops; no session is opened any more.');
  }

  /** Takes in a session that is open already. Returns its id. */
  add(session: S, name = `Session ${this.#count + 1}`): string {
    this.#count++;
    const id = newSessionId();
    session.titled(name);
    const changed = () => this.touched(id);
    let { take } = session.brief();
    const stops = [
      session.subscribe((event) => {
        const { type } = event;
        const now = session.brief().take;
        // The take's folder is made after what it begins with.
        if (type === 'phase' || type === 'mode' || type === 'recording' || now !== take) changed();
        take = now;
        // A keyboard or synth is there again.
        if (type === 'trouble' && event.code === 'PORT_BACK') this.#wake(this.#open.get(id));
      }),
      session.watch(changed),
    ];
    const unsubscribe = () => {
      for (const stop of stops) stop();
    };
    const openedAt = new Date().toISOString();
    const held: Held<S> = { id, name, session, openedAt, clients: 0, unsubscribe };
    this.#open.set(id, held);
    this.#drowse(held);
    this.#tell({ what: 'opened', id });
    return id;
  }

  /** A session that nobody hears sleeps after a while: a model that plays alone costs nothing then. It goes on where it was. */
  #drowse(held: Held<S>): void {
    clearTimeout(held.sleep);
    held.sleep = setTimeout(() => {
      const { input, output } = held.session.ports();
      if (this.#open.get(held.id) !== held || held.clients > 0) return;
      if (input !== null || output !== null) {
        this.#drowse(held);
        return;
      }
      held.asleep = true;
      held.session.hold(true);
    }, this.options.sleepMs ?? SLEEP_MS);
    held.sleep.unref();
  }

  #wake(held: Held<S> | undefined): void {
    if (held === undefined) return;
    clearTimeout(held.sleep);
    if (!held.asleep) return;
    held.asleep = false;
    held.session.hold(false);
  }

  close(id: string): void {
    const held = this.#require(id);
    const { session } = held;
    const { input, output } = session.ports();
    clearTimeout(held.sleep);
    this.#open.delete(id);
    const end = setTimeout(() => void this.#end(id), this.options.undoMs ?? UNDO_MS);
    end.unref();
    this.#closed.set(id, { ...held, ports: { input, output }, end });
    // Its clients leave first: those that play a piece end a hold of their own.
    this.#tell({ what: 'closed', id });
    session.hold(true);
    for (const which of ['input', 'output'] as const)
      if (session.ports()[which] !== null) session.connect(which, null).catch(() => undefined);
  }

  async reopen(id: string): Promise<void> {
    const held = this.#closed.get(id);
    if (held === undefined) throw notFound(id, 'It cannot be reopened any more.');
    if (this.#open.size + this.#opening >= this.most) throw full(this.most);
    clearTimeout(held.end);
    this.#closed.delete(id);
    const { ports, end: _, ...rest } = held;
    const open: Held<S> = { ...rest, clients: 0, asleep: false };
    this.#open.set(id, open);
    held.session.hold(false);
    this.#drowse(open);
    this.#tell({ what: 'reopened', id });
    for (const which of ['input', 'output'] as const) {
      const port = ports[which];
      // What another session took meanwhile stays there; a port that is gone is to be chosen again.
      if (port !== null && !this.#uses(which, port))
        await held.session.connect(which, port).catch(() => undefined);
    }
  }

  #uses(which: 'input' | 'output', port: string): boolean {
    return [...this.#open.values()].some(({ session }) => session.ports()[which] === port);
  }

  rename(id: string, name: string): void {
    const held = this.#require(id);
    held.name = name;
    held.session.titled(name);
    this.touched(id);
  }

  attend(id: string): () => void {
    const held = this.#require(id);
    held.clients++;
    this.#wake(held);
    this.touched(id);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      // It may have been closed and reopened meanwhile, which begins with no clients.
      const now = this.#open.get(id);
      if (now === undefined || now !== held) return;
      held.clients--;
      if (held.clients === 0) this.#drowse(held);
      this.touched(id);
    };
  }

  touched(id: string): void {
    if (this.#open.has(id)) this.#tell({ what: 'changed', id });
  }

  subscribe(listener: (change: SessionsChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes all sessions for good; none can be opened any more. */
  async closeAll(): Promise<void> {
    this.#over = true;
    for (const id of [...this.#open.keys()]) this.close(id);
    for (const id of [...this.#closed.keys()]) void this.#end(id);
    await Promise.all([this.#turn, ...this.#ending]);
  }

  /** Throws SESSIONS_FULL where no further session has room; one that is closed gives way. */
  #requireRoom(): void {
    if (this.#open.size + this.#opening >= this.most) throw full(this.most);
    if ((this.options.room?.() ?? Number.POSITIVE_INFINITY) <= this.#opening) throw busy(this.#open.size);
    const [oldest] = this.#closed.keys();
    if (oldest !== undefined && this.#open.size + this.#closed.size + this.#opening >= this.most)
      void this.#end(oldest);
  }

  /** Ends a closed session for good. */
  async #end(id: string): Promise<void> {
    const held = this.#closed.get(id);
    if (held === undefined) return;
    clearTimeout(held.end);
    this.#closed.delete(id);
    held.unsubscribe();
    this.#tell({ what: 'gone', id });
    const ending = held.session.close();
    this.#ending.add(ending);
    try {
      await ending;
    } finally {
      this.#ending.delete(ending);
    }
  }

  #require(id: string): Held<S> {
    const held = this.#open.get(id);
    if (held === undefined) throw notFound(id);
    return held;
  }

  #tell(change: SessionsChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function notFound(id: string, more = 'It may have been closed.'): ContinuoError {
  return new ContinuoError(
    'SESSION_NOT_FOUND',
    `There is no session ${JSON.stringify(id)} in this host. ${more}`,
    'continuo sessions lists those that are open.',
  );
}

function busy(open: number): ContinuoError {
  return new ContinuoError(
    'SESSIONS_FULL',
    `This host has ${open} sessions, and is too busy for another: notes would come late.`,
    'Close one that nobody plays, or try again when less is played.',
  );
}

function full(most: number): ContinuoError {
  return new ContinuoError(
    'SESSIONS_FULL',
    `This host has ${most} ${most === 1 ? 'session' : 'sessions'}, which is the most that it holds.`,
    'Close one that nobody plays, or start the host with a higher --sessions.',
  );
}
