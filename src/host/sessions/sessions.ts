import { ContinuoError } from '../../errors.js';
import type { Seconds } from '../../music/units.js';
import { clockFrom, monotonic } from '../live/clock.js';
import type { SessionControl } from '../live/session-control.js';
import type {
  EarlierMusic,
  OfferedPlugin,
  OpenChoice,
  SessionDirectory,
  SessionEntry,
  SessionOffer,
  SessionOffers,
  SessionsChange,
} from './control.js';
import { newSessionId } from './session-id.js';

/** Most sessions of a host, unless it is told otherwise; before that, it refuses when its workers have no room. */
export const MOST_SESSIONS = 128;
/** For how long a closed session can be reopened, in milliseconds. */
export const UNDO_MS = 30_000;

/** After this time without a client and without MIDI ports a session sleeps, in milliseconds: nobody hears it. */
export const SLEEP_MS = 60_000;

/** So much of a session's name is left in that of a fork. */
const LONGEST_FORKED = 50;

/** What a session is, besides its engine, that was open in another process. */
export interface Known {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly openedAt?: string;
  /** Reads what was played there. */
  readonly earlier?: () => Promise<EarlierMusic>;
}

/** A session of a host before this one, open again. */
export interface Resumed<S> extends Known {
  readonly session: S;
  readonly ports: PortNames;
}

interface PortNames {
  readonly input: string | null;
  readonly output: string | null;
}

/** The sessions of hosts before this one. */
export interface OfferSource<S extends SessionControl> {
  list(): SessionOffer[];
  /** Opens one; `anew`: from zero. */
  open(id: string, anew: boolean): Promise<Resumed<S>>;
  /** It is open: it is offered no longer. */
  take(id: string): void;
  drop(id: string): boolean;
  restore(id: string): boolean;
  /** Has a session have a port, or wait for it. */
  connect(session: S, which: 'input' | 'output', port: string): Promise<void>;
  /** Calls back when what is offered changes. */
  watch(changed: () => void): void;
}

/** A session that was opened. */
export interface Opened<S> {
  readonly session: S;
  /** Reads what was played before it, in the session that it goes on from. */
  readonly earlier?: () => Promise<EarlierMusic>;
}

interface SessionsOptions<S extends SessionControl> {
  readonly open: (choice: OpenChoice) => Promise<Opened<S>>;
  /** Default: there are none. */
  readonly offers?: OfferSource<S>;
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
  readonly earlier: (() => Promise<EarlierMusic>) | undefined;
  clients: number;
  readonly unsubscribe: () => void;
  /** Counts down to sleep while there are no clients. */
  sleep?: NodeJS.Timeout | undefined;
  asleep?: boolean;
}

/** A closed session. */
interface Closed<S> extends Held<S> {
  readonly ports: PortNames;
  readonly end: NodeJS.Timeout;
}

/** The directory of a host's sessions: opens, names, lists and closes them. */
export class Sessions<S extends SessionControl = SessionControl> implements SessionDirectory {
  readonly now: () => Seconds;
  readonly most: number;
  readonly plugins: () => Promise<readonly OfferedPlugin[]>;
  readonly offers: SessionOffers = {
    list: () => this.options.offers?.list() ?? [],
    resume: (id, anew) => this.#resume(id, anew),
    drop: (id) => {
      if (!this.options.offers?.drop(id)) throw notOffered(id);
    },
    restore: (id) => {
      if (!this.options.offers?.restore(id)) throw notOffered(id);
    },
  };
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
  #silent = false;
  #over = false;

  constructor(private readonly options: SessionsOptions<S>) {
    this.now = options.now ?? clockFrom(monotonic());
    this.most = options.most ?? MOST_SESSIONS;
    this.plugins = options.plugins;
    options.offers?.watch(() => this.#tell({ what: 'offered', id: '' }));
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

  open(choice: OpenChoice): Promise<string> {
    return this.#inTurn(async () => {
      const { session, ...known } = await this.options.open(choice);
      await this.#requireRunning(session);
      return this.add(session, choice.name ?? this.#forkName(choice), known);
    });
  }

  /** One after the other, as far as there is room. */
  async #inTurn(open: () => Promise<string>): Promise<string> {
    this.#requireRoom();
    this.#opening++;
    const opened = this.#turn.then(open);
    this.#turn = opened.catch(() => undefined);
    try {
      return await opened;
    } finally {
      this.#opening--;
    }
  }

  #forkName({ from }: OpenChoice): string | undefined {
    const name = from && this.#open.get(from.session)?.name;
    return name === undefined ? undefined : `${name.slice(0, LONGEST_FORKED)}, fork`;
  }

  async #requireRunning(session: S): Promise<void> {
    if (!this.#over) return;
    await session.close();
    throw new ContinuoError('SESSION_NOT_FOUND', 'The host stops; no session is opened any more.');
  }

  async #resume(id: string, anew = false): Promise<string> {
    const { offers } = this.options;
    const isThere = () => offers?.list().some((offer) => offer.id === id);
    // Whoever asks second gets what the first one opened.
    if (!isThere()) return this.#require(id).id;
    return this.#inTurn(async () => {
      if (offers === undefined || !isThere()) return this.#require(id).id;
      const { session, ports, ...known } = await offers.open(id, anew);
      await this.#requireRunning(session);
      this.add(session, known.name, known);
      await this.#connectAgain(ports, (which, port) => offers.connect(session, which, port));
      return id;
    });
  }

  /** Connects ports that a session had; what another session took meanwhile stays there. */
  async #connectAgain(
    ports: PortNames,
    connect: (which: 'input' | 'output', port: string) => Promise<void>,
  ): Promise<void> {
    for (const which of ['input', 'output'] as const) {
      const port = ports[which];
      // A port that cannot be opened now is to be chosen again.
      if (port !== null && !this.#uses(which, port)) await connect(which, port).catch(() => undefined);
    }
  }

  earlier(id: string): Promise<EarlierMusic> | undefined {
    return this.#open.get(id)?.earlier?.();
  }

  /** A name that no session has. */
  #newName(): string {
    const names = new Set([...this.list(), ...this.offers.list()].map(({ name }) => name));
    let number = this.#count + 1;
    while (names.has(`Session ${number}`)) number++;
    return `Session ${number}`;
  }

  /** Takes in a session that is open already; `known`: as it was in another process. Returns its id. */
  add(session: S, name = this.#newName(), known: Partial<Known> = {}): string {
    this.#count++;
    const { id = newSessionId(), openedAt = new Date().toISOString(), earlier } = known;
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
    const held: Held<S> = { id, name, session, openedAt, earlier, clients: 0, unsubscribe };
    this.#open.set(id, held);
    this.#drowse(held);
    this.#tell({ what: 'opened', id });
    this.options.offers?.take(id);
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
    held.session.hold(this.#silent);
  }

  /** Whether all models are silent, for as long as it is not known whether their sessions are this host's. */
  silence(on: boolean): void {
    if (on === this.#silent) return;
    this.#silent = on;
    for (const { session, asleep = false } of this.#open.values()) session.hold(on || asleep);
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
    held.session.hold(this.#silent);
    this.#drowse(open);
    this.#tell({ what: 'reopened', id });
    await this.#connectAgain(ports, (which, port) => held.session.connect(which, port));
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

  /**
   * Lets go of a session that another host has from now on, open or closed: its clients are sent there. It falls silent and lets go of its
   * ports; its take is kept. Resolves when it has ended. Throws SESSION_NOT_FOUND.
   */
  async drop(id: string): Promise<void> {
    if (this.#closed.has(id)) return this.#end(id);
    const held = this.#require(id);
    clearTimeout(held.sleep);
    this.#open.delete(id);
    this.#tell({ what: 'moved', id });
    held.unsubscribe();
    await this.#ended(held.session);
  }

  /** A session that is offered is open in another host, and is offered no longer. */
  offeredElsewhere(id: string): void {
    this.options.offers?.take(id);
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
    await this.#ended(held.session);
  }

  async #ended(session: S): Promise<void> {
    const ending = session.close();
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

function notOffered(id: string): ContinuoError {
  return new ContinuoError(
    'SESSION_NOT_FOUND',
    `There is no session ${JSON.stringify(id)} here that could be resumed.`,
    'continuo sessions lists those that can.',
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
