import {
  type HostClientMessage,
  type HostMessage,
  hostMessage,
  PROTOCOL_VERSION,
  SESSION_GONE,
  SESSION_MOVED,
} from '../protocol/host-protocol.js';
import type { Said } from './connection.js';
import { LineClient, type LineEvents } from './line-client.js';
import { notConnected } from './requests.js';
import type { Surroundings } from './surroundings.js';

type Of<Type extends HostMessage['type']> = Extract<HostMessage, { readonly type: Type }>;
type Asks<Type extends HostClientMessage['type']> = Omit<
  Extract<HostClientMessage, { readonly type: Type }>,
  'type' | 'request'
>;

export type HostWelcome = Of<'hostWelcome'>;
export type SessionEntry = HostWelcome['sessions'][number];
export type SessionOffer = NonNullable<HostWelcome['offered']>[number];
/** What a session is opened with; what is left out is as the host was started. */
export type OpenChoice = Asks<'openSession'>;

/** What a {@link HostClient} emits besides {@link LineEvents}. */
export type HostClientEvents = LineEvents<Said<HostMessage>> & {
  /** The host's directory, plugins and limits: when it is connected, and connected again. */
  readonly welcome: HostWelcome;
  /** The open sessions, after each change (also after a welcome). */
  readonly sessions: readonly SessionEntry[];
  /** The sessions of hosts before this one that can be resumed, after each change (also after a welcome). */
  readonly offered: readonly SessionOffer[];
  /** Takes began, ended, were named, deleted or brought back. */
  readonly takesChanged: undefined;
};

/** A client of a host as a whole: its directory of sessions, which are opened, closed and named here, and its takes. */
export class HostClient extends LineClient<HostMessage, HostClientMessage, HostClientEvents> {
  #welcome: HostWelcome | undefined;
  #sessions: readonly SessionEntry[] = [];
  #offered: readonly SessionOffer[] = [];

  constructor(around: Surroundings) {
    super(around, {
      ...{ version: PROTOCOL_VERSION, fromHost: hostMessage, welcome: 'hostWelcome', gone: SESSION_GONE },
      moved: SESSION_MOVED,
    });
  }

  /** The state as of the last welcome; {@link sessions} is kept up to date. */
  get welcome(): HostWelcome {
    if (this.#welcome === undefined) throw notConnected();
    return this.#welcome;
  }

  /** The open sessions, in the order in which they were opened. */
  get sessions(): readonly SessionEntry[] {
    return this.#sessions;
  }

  /** Sessions that were open in hosts before this one, and can be resumed. */
  get offered(): readonly SessionOffer[] {
    return this.#offered;
  }

  /** Opens a session. Returns its id, with which `connectSession` connects to it. */
  openSession(choice: OpenChoice = {}): Promise<string> {
    return this.#opened((request) => this.send({ type: 'openSession', request, ...choice }));
  }

  /** Closes a session; its take is kept. For the welcome's `limits.undoSeconds` it can be reopened. */
  closeSession(id: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'closeSession', request, id }));
  }

  /** Undoes {@link closeSession}: the session goes on where it was. */
  async reopenSession(id: string): Promise<void> {
    await this.#opened((request) => this.send({ type: 'reopenSession', request, id }));
  }

  /**
   * Resumes a session that is {@link offered}: it goes on from its take, or with `anew` from zero. Where that is refused, it is offered
   * still.
   */
  async resumeSession(id: string, { anew = false }: { readonly anew?: boolean } = {}): Promise<void> {
    await this.#opened((request) =>
      this.send({ type: 'resumeSession', request, id, ...(anew && { anew: true }) }),
    );
  }

  /** Has a session offered no longer; its take is kept. For `limits.undoSeconds` that can be undone. */
  dropOffer(id: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'dropOffer', request, id }));
  }

  /** Undoes {@link dropOffer}. */
  restoreOffer(id: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'restoreOffer', request, id }));
  }

  renameSession(id: string, name: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'renameSession', request, id, name }));
  }

  /** Moves a session to another host of its cluster (an id or name); its clients follow. */
  moveSession(id: string, host: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'moveSession', request, id, host }));
  }

  /** Takes, the latest first; `before`: those before that one; `deleted`: those in the trash. */
  listTakes(asked: Asks<'listTakes'> = {}): Promise<Of<'takes'>> {
    return this.#asked((request) => this.send({ type: 'listTakes', request, ...asked }));
  }

  /** What a take is, who plays in it, and what happened. */
  showTake(id: string): Promise<Of<'take'>> {
    return this.#asked((request) => this.send({ type: 'showTake', request, id }));
  }

  /** The music of a take from a session time on, a page of it; `next` says where the next page begins. */
  takePage(id: string, from: number): Promise<Of<'takePage'>> {
    return this.#asked((request) => this.send({ type: 'takePage', request, id, from }));
  }

  renameTake(id: string, name: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'renameTake', request, id, name }));
  }

  /** Moves a take to the trash, where it is kept for some weeks. */
  deleteTake(id: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'deleteTake', request, id }));
  }

  /** Undoes {@link deleteTake}. */
  restoreTake(id: string): Promise<void> {
    return this.#done((request) => this.send({ type: 'restoreTake', request, id }));
  }

  async #asked<Answer>(send: (request: number) => boolean): Promise<Answer> {
    return (await this.requests.ask(send)) as Answer;
  }

  async #opened(send: (request: number) => boolean): Promise<string> {
    return ((await this.requests.ask(send)) as Of<'opened'>).id;
  }

  async #done(send: (request: number) => boolean): Promise<void> {
    await this.requests.ask(send);
  }

  protected override receive(message: Said<HostMessage>): void {
    switch (message.type) {
      case 'hostWelcome':
        this.events.emit('welcome', message);
        this.events.emit('offered', this.#offered);
        this.events.emit('sessions', message.sessions);
        break;
      case 'offered':
        this.#offered = message.offered;
        this.events.emit('offered', message.offered);
        break;
      case 'sessions':
        this.#sessions = message.sessions;
        this.events.emit('sessions', message.sessions);
        break;
      case 'takesChanged':
        this.events.emit('takesChanged', undefined);
        break;
      case 'opened':
      case 'done':
      case 'takes':
      case 'take':
      case 'takePage':
        this.requests.answer(message.request, message);
        break;
    }
  }

  protected override welcomed(message: HostWelcome): undefined {
    this.#welcome = message;
    this.#sessions = message.sessions;
    this.#offered = message.offered ?? [];
  }
}
