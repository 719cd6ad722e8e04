import type { WebSocket } from 'ws';
import { ContinuoError } from '../errors.js';
import { exhausted } from '../exhausted.js';
import type { SessionDirectory, SessionOffers } from '../host/sessions/control.js';
import type { TakesControl } from '../host/takes/library/control.js';
import { type HostClientMessage, type HostMessage, hostClientMessage } from '../protocol/host-protocol.js';
import { Line } from './line.js';
import { requireCluster } from './proxy/moved.js';
import { readerOf } from './read-message.js';
import { answerTakeRequest, changesTakes, type TakeRequest } from './take-requests.js';
import { TokenBucket } from './token-bucket.js';

/** Rate limit in messages: nobody names or closes sessions faster. */
const BURST = 40;
const PER_SECOND = 10;
const MOST_TAKE_REQUESTS = 8;

/** What a client of the host needs of the hub. */
export interface HostRoom {
  readonly sessions: SessionDirectory;
  readonly takes: TakesControl;
  /** Takes have changed: all clients are told. */
  takesChanged(): void;
  /** Admits the client after `hello`: it gets the directory, and every change from now on. */
  welcome(client: HostClient): void;
  /** Tells all clients of what has changed, now. */
  tellNow(): void;
  /** The client is gone. Called once. `parting`: its socket is still closing. */
  leave(client: HostClient, parting: boolean): void;
  /** Reports an internal error. */
  defect(error: unknown): void;
}

/** Where a client comes from. */
export interface HostClientFrom {
  readonly allowance: OpenAllowance;
  /** The underlying connection. */
  readonly wire?: { readonly bytesRead: number };
  /** It is another host of the cluster: what it asks for is done with this host's own sessions. */
  readonly peer?: boolean;
}

/** Admits the sessions that one client opens, or that share its address. */
export interface OpenAllowance {
  /** Throws PROTOCOL_RATE, SESSIONS_FULL. Returns what to call with the id of the session, or without one where it did not open. */
  take(): (id: string | undefined) => void;
}

const read = readerOf(hostClientMessage);

/** One client of the host as a whole: a panel's list of sessions, `continuo sessions`. */
export class HostClient extends Line<HostClientMessage, HostMessage> {
  readonly #rate: TokenBucket;
  /** Requests about takes that wait for their answer. */
  #takeRequests = 0;

  constructor(
    socket: WebSocket,
    readonly room: HostRoom,
    private readonly from: HostClientFrom,
  ) {
    const now = () => room.sessions.now();
    super(socket, { now, defect: (error) => room.defect(error), read, wire: from.wire });
    this.#rate = new TokenBucket(BURST, PER_SECOND, now());
  }

  protected override left(parting: boolean): void {
    this.room.leave(this, parting);
  }

  protected override obey(message: HostClientMessage): void {
    const sessions = this.#sessions;
    if (!this.#rate.take(sessions.now()))
      throw new ContinuoError(
        'PROTOCOL_RATE',
        `At most ${PER_SECOND} messages a second are read from one client of the host; this one was not.`,
        'Send less often.',
      );
    if (message.type === 'hello') {
      if (this.greet(message)) this.room.welcome(this);
      return;
    }
    this.requireGreeted(message);
    switch (message.type) {
      case 'openSession': {
        const { type: _, request: __, ...choice } = message;
        if (choice.host !== undefined) requireCluster(sessions.cluster);
        this.#opens(message, (by) => by.open(choice));
        break;
      }
      case 'closeSession':
        this.#do(message, sessions.close(message.id));
        break;
      case 'reopenSession': {
        const { request, id } = message;
        this.#settle(
          message,
          sessions.reopen(id).then(() => ({ type: 'opened', request, id }) as const),
        );
        break;
      }
      case 'resumeSession':
        this.#opens(message, async (by) => requireOffers(by).resume(message.id, message.anew));
        break;
      case 'dropOffer':
        this.#do(message, requireOffers(sessions).drop(message.id));
        break;
      case 'restoreOffer':
        this.#do(message, requireOffers(sessions).restore(message.id));
        break;
      case 'renameSession':
        this.#do(message, sessions.rename(message.id, message.name));
        break;
      case 'moveSession':
        this.#move(message);
        break;
      case 'ping':
        this.send({ type: 'pong', id: message.id, time: sessions.now() });
        break;
      case 'listTakes':
      case 'showTake':
      case 'takePage':
      case 'renameTake':
      case 'deleteTake':
      case 'restoreTake':
        this.#askTakes(message);
        break;
      default:
        exhausted(message);
    }
  }

  get #sessions(): SessionDirectory {
    const { sessions } = this.room;
    return this.from.peer ? (sessions.cluster?.own ?? sessions) : sessions;
  }

  #move(message: Extract<HostClientMessage, { type: 'moveSession' }>): void {
    const { id, host } = message;
    // A peer asks for those that are here.
    if (this.from.peer) this.#sessions.get(id);
    this.#do(message, requireCluster(this.room.sessions.cluster).move(id, host));
  }

  #opens(
    message: Extract<HostClientMessage, { type: 'openSession' | 'resumeSession' }>,
    open: (by: SessionDirectory) => Promise<string>,
  ): void {
    const { request } = message;
    const ended = this.from.allowance.take();
    const opened = open(this.#sessions);
    opened.then(ended, () => ended(undefined));
    this.#settle(
      message,
      opened.then((id) => ({ type: 'opened', request, id }) as const),
    );
  }

  /** Requests about takes wait for a thread of their own, a few of each client at once. */
  #askTakes(message: TakeRequest): void {
    if (this.#takeRequests >= MOST_TAKE_REQUESTS)
      throw new ContinuoError(
        'PROTOCOL_RATE',
        `At most ${MOST_TAKE_REQUESTS} requests about takes of one client wait at once; this one was not read.`,
        'Ask again once one of them is answered.',
      );
    this.#takeRequests++;
    const answer = answerTakeRequest(this.room.takes, message).finally(() => {
      this.#takeRequests--;
      if (changesTakes(message)) this.room.takesChanged();
    });
    this.#settle(message, answer);
  }

  /** Answers a request once it is over; all clients are told of the change before. */
  #settle(message: HostClientMessage, answer: Promise<HostMessage>): void {
    answer
      .then((said) => {
        this.room.tellNow();
        this.send(said);
      })
      .catch((error: unknown) => this.refuse(error, message));
  }

  /** Answers with `done`: at once, or where another host has to do it, after it. */
  #do(message: Extract<HostClientMessage, { request: number }>, doing: void | Promise<void>): void {
    const { request } = message;
    const done: HostMessage = { type: 'done', request };
    if (doing !== undefined)
      this.#settle(
        message,
        doing.then(() => done),
      );
    else {
      this.room.tellNow();
      this.send(done);
    }
  }
}

/** Throws SESSION_NOT_FOUND. */
function requireOffers({ offers }: SessionDirectory): SessionOffers {
  if (offers !== undefined) return offers;
  throw new ContinuoError('SESSION_NOT_FOUND', 'This host keeps no sessions that could be resumed.');
}
