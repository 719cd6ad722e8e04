import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runsStill } from '../../program-mark.js';
import { logIn } from '../../takes/disk.js';
import { decodeKept, type KeptSessions, type OfferedSession } from './kept-session.js';

/** Inside the folder of takes, with which they belong together; a file a host, so that several hosts do not disturb each other. */
const FOLDER = '.sessions';
const ENDING = '.json';
/** What a host has taken over of a host that is gone, until its own file has it: `KEY.taken-N`. */
const TAKEN = /^(.+)\.taken-\d+$/;
/** States that sessions go on from of which nothing was recorded yet: `ID.state`. */
const STATE = /^([a-z2-7]{8})\.state$/;
const BROKEN = '.broken';
/** What a host that was killed was writing. */
const PART = /\.part$/;
const PART_MS = 60_000;
/** A file is some 2 kB a session. */
const LARGEST = 16 * 1024 * 1024;

/** A file that cannot be used: why, for the user. */
export type Tell = (code: 'SESSIONS_BROKEN' | 'SESSIONS_VERSION', message: string) => void;

/**
 * The files in which hosts with the same folder of takes keep their sessions. What a host that is gone kept is taken over by the one that starts next,
 * and by that one alone: a rename has one winner.
 */
export class KeptFolder {
  readonly path: string;
  /** The name of this host's file, without its ending. */
  readonly #key = `${process.pid}-${randomBytes(4).toString('hex')}`;
  #takenOver: string[] = [];

  constructor(private readonly takes: string) {
    this.path = join(takes, FOLDER);
  }

  /** This host's file. */
  get own(): string {
    return join(this.path, `${this.#key}${ENDING}`);
  }

  /** Whether hosts that are gone have left something to take over. */
  get hasLeft(): boolean {
    return this.#names().some((name) => name.endsWith(ENDING) || TAKEN.test(name));
  }

  /**
   * The sessions that hosts which are gone kept, each once; a file that cannot be read is told of and set aside. Call {@link settled} once this
   * host's own file has them. The own file must be there before: until it has them, it says whose they are.
   */
  takeOver(tell: Tell): OfferedSession[] {
    const found = new Map<string, OfferedSession>();
    for (const name of this.#names()) {
      if (PART.test(name)) this.#removeOld(join(this.path, name));
      if (!this.#isLeft(name, tell)) continue;
      const taken = join(this.path, `${this.#key}.taken-${this.#takenOver.length}`);
      if (!tried(() => renameSync(join(this.path, name), taken))) continue;
      this.#takenOver.push(taken);
      for (const session of this.#sessionsOf(taken))
        if (!found.has(session.id)) found.set(session.id, session);
    }
    return [...found.values()].sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1));
  }

  /** This host's own file has what was taken over. */
  settled(): void {
    for (const path of this.#takenOver.splice(0)) rmSync(path, { force: true });
  }

  /** Nothing was taken over. */
  removeOwn(): void {
    rmSync(this.own, { force: true });
    this.tidy();
  }

  /** The file of the state that a session goes on from. */
  stateOf(id: string): string {
    return join(this.path, `${id}.state`);
  }

  removeState(id: string): void {
    tried(() => rmSync(this.stateOf(id), { force: true }));
  }

  /** Removes states that no session needs any more, and the folder where it is empty. */
  tidy(): void {
    const names = this.#names();
    if (names.some((name) => STATE.test(name))) this.#removeStates(names);
    tried(() => rmdirSync(this.path));
  }

  #removeStates(names: readonly string[]): void {
    const needed = new Set<string>();
    for (const name of names) {
      if (!name.endsWith(ENDING) && !TAKEN.test(name)) continue;
      const read = this.#read(join(this.path, name));
      if (read === null) continue;
      // Whose they are is not known.
      if (!('kept' in read)) return;
      for (const { id, from } of [...read.kept.sessions, ...read.kept.offered])
        if (from?.state) needed.add(id);
    }
    for (const name of names) {
      const id = STATE.exec(name)?.[1];
      if (id !== undefined && !needed.has(id)) this.#removeOld(this.stateOf(id));
    }
  }

  #removeOld(part: string): void {
    const written = statSync(part, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (written < Date.now() - PART_MS) rmSync(part, { force: true });
  }

  #names(): string[] {
    try {
      return readdirSync(this.path).sort();
    } catch {
      return [];
    }
  }

  /** Whether a file is that of a host which is gone. */
  #isLeft(name: string, tell: Tell): boolean {
    const holder = TAKEN.exec(name)?.[1];
    if (holder !== undefined) return holder !== this.#key && !this.#holds(holder);
    if (!name.endsWith(ENDING) || name === `${this.#key}${ENDING}`) return false;
    const path = join(this.path, name);
    const read = this.#read(path);
    if (read === null) return false;
    if ('kept' in read) return !runsStill(read.kept.host, read.writtenAt);
    if ('newer' in read)
      tell(
        'SESSIONS_VERSION',
        `${path} has the sessions of a newer version of Continuo, whose files have version ${read.newer}; they are not offered here.`,
      );
    else if (tried(() => renameSync(path, `${path}${BROKEN}`)))
      tell(
        'SESSIONS_BROKEN',
        `${path} cannot be read, and is set aside as ${name}${BROKEN}: ${read.broken}. The sessions of that host are not offered; their takes are there.`,
      );
    return false;
  }

  /** Whether the host of this key runs, which took something over. */
  #holds(key: string): boolean {
    const read = this.#read(join(this.path, `${key}${ENDING}`));
    return read !== null && 'kept' in read && runsStill(read.kept.host, read.writtenAt);
  }

  #read(path: string): (ReturnType<typeof decodeKept> & { readonly writtenAt: number }) | null {
    try {
      const { mtimeMs: writtenAt, size } = statSync(path);
      if (size > LARGEST) return { broken: `it has ${size} bytes`, writtenAt };
      return { ...decodeKept(readFileSync(path, 'utf8')), writtenAt };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Another host that starts may have taken it over meanwhile.
      return code === 'ENOENT' ? null : { broken: `it cannot be opened (${code})`, writtenAt: 0 };
    }
  }

  #sessionsOf(path: string): OfferedSession[] {
    const read = this.#read(path);
    if (read === null || !('kept' in read)) return [];
    const { kept, writtenAt } = read;
    return [...kept.offered, ...kept.sessions.map((session) => this.#offer(session, kept, writtenAt))];
  }

  #offer(
    session: KeptSessions['sessions'][number],
    { endedAt }: KeptSessions,
    writtenAt: number,
  ): OfferedSession {
    if (endedAt !== null) return { ...session, endedAt, why: 'stopped' };
    const log = session.take === null ? undefined : logIn(join(this.takes, session.take));
    const heard = log === undefined ? 0 : (statSync(log, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    return { ...session, endedAt: new Date(Math.max(writtenAt, heard)).toISOString(), why: 'crashed' };
  }
}

function tried(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
