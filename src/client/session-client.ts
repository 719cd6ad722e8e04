import type { Seconds } from '../music/units.js';
import { SESSION_GONE, SESSION_MOVED } from '../protocol/host-protocol.js';
import {
  type ClientMessage,
  type LoadChoice,
  type PlayerEvent,
  PROTOCOL_VERSION,
  type ServerMessage,
  type Snapshot,
  serverMessage,
  type Undoable,
} from '../protocol/session-protocol.js';
import { snapshotsPath } from '../protocol/snapshots-protocol.js';
import type { SessionCommand } from '../session/commands.js';
import type { SessionEvent } from '../session/events.js';
import type { Said } from './connection.js';
import { LineClient, type LineEvents } from './line-client.js';
import { asError, connectionLost, type HostError, notConnected } from './requests.js';
import type { Surroundings } from './surroundings.js';

type Message = Said<ServerMessage>;
type Of<Type extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: Type }>;
type Task<Type extends ClientMessage['type']> =
  Extract<ClientMessage, { readonly type: Type }> extends {
    readonly task: infer T;
  }
    ? T
    : never;

export type Welcome = Of<'welcome'>;
export type Ports = Of<'ports'>['ports'];
export type Piece = Of<'piece'>['piece'];
export type PieceFile = Of<'pieceFile'>['file'];
export type PieceSoFar = Of<'pieceSoFar'>['soFar'];
export type EarlierPage = Of<'earlier'>;
export type { Snapshot };

/** What a {@link SessionClient} emits besides {@link LineEvents}: what the host says, the session's events also by their own type. */
export type SessionClientEvents = LineEvents<Message> & {
  /** The complete state: when it is connected, connected again, and when plugin or model change. */
  readonly welcome: Welcome;
  readonly event: SessionEvent;
  /** The music in place of all that was told before: something that was taken back is part of it again. */
  readonly music: Of<'music'>;
  readonly ports: Ports;
  /** What is being loaded beside what plays; null: nothing any more. */
  readonly coming: Of<'coming'>['coming'];
  /** What can be undone and done again next. */
  readonly undoable: Undoable;
  /** The moments that can be gone back to, after each change (also after a welcome). */
  readonly snapshots: readonly Snapshot[];
} & { readonly [Type in SessionEvent['type']]: Extract<SessionEvent, { readonly type: Type }> };

/** What can be watched of the network; see {@link SessionClient.watchNetwork}. */
export interface NetworkListener {
  shape?(shape: Of<'networkShape'>['shape']): void;
  steps?(steps: Of<'networkSteps'>['steps']): void;
}

export interface PieceOptions {
  /** Cancels the request. */
  readonly signal?: AbortSignal;
  /** Progress. */
  readonly grows?: (soFar: PieceSoFar) => void;
}

interface PendingPage {
  readonly page: Promise<EarlierPage>;
  resolve(page: EarlierPage): void;
  reject(error: Error): void;
}

/** A client of one session of a host. When its connection comes back, `welcome` has the whole state. */
export class SessionClient extends LineClient<ServerMessage, ClientMessage, SessionClientEvents> {
  readonly #earlier = new Map<Seconds, PendingPage>();
  readonly #grows = new Map<number, (soFar: PieceSoFar) => void>();
  readonly #networkListeners = new Set<NetworkListener>();
  #welcome: Welcome | undefined;
  #snapshots: readonly Snapshot[] = [];

  constructor(around: Surroundings) {
    super(around, {
      ...{ version: PROTOCOL_VERSION, fromHost: serverMessage, welcome: 'welcome', gone: SESSION_GONE },
      moved: SESSION_MOVED,
    });
  }

  /** The state as of the last welcome; events tell what has changed since. */
  get welcome(): Welcome {
    if (this.#welcome === undefined) throw notConnected();
    return this.#welcome;
  }

  /**
   * Plays a note or the pedal, at the time of its arrival unless it says when (the host believes at most a second back). Returns whether it
   * was sent: without a connection it is not, nor later.
   */
  play(event: PlayerEvent): boolean {
    return this.send({ type: 'play', event });
  }

  /**
   * Start, stop, a mode, a parameter … The promise resolves when the host has taken it up; an event tells when it is so. Changes of a parameter
   * with the same `gesture` are undone together.
   */
  async command(command: SessionCommand, { gesture }: { readonly gesture?: number } = {}): Promise<void> {
    const of = gesture === undefined ? {} : { gesture };
    await this.requests.ask((request) => this.send({ type: 'command', request, command, ...of }));
  }

  /** Undoes what a user changed last in this session, here or elsewhere. Rejects with UNDO_NOTHING where there is nothing. */
  async undo(): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'undo', request }));
  }

  /** Makes the change that was undone last again. Rejects with UNDO_NOTHING where there is none. */
  async redo(): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'redo', request }));
  }

  /**
   * Loads another plugin, model or members beside what plays. They play at the next phrase, or with `when: 'now'` at once, which is when the
   * promise resolves. Rejects with LOAD_CANCELLED where somebody cancels it.
   */
  async load(choice: LoadChoice): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'load', request, ...choice } as ClientMessage));
  }

  /** What is being loaded plays as soon as it can, whoever asked for it. */
  hurryLoad(): boolean {
    return this.send({ type: 'hurryLoad' });
  }

  /** Cancels what is being loaded, whoever asked for it. */
  cancelLoad(): boolean {
    return this.send({ type: 'cancelLoad' });
  }

  /** The moments of the session that can be gone back to, the earliest kept first. */
  get snapshots(): readonly Snapshot[] {
    return this.#snapshots;
  }

  /** Keeps this moment; the music goes on. Default name: a number. */
  async keepSnapshot(name?: string): Promise<Snapshot> {
    const named = name === undefined ? {} : { name };
    const answer = await this.requests.ask((request) =>
      this.send({ type: 'keepSnapshot', request, ...named }),
    );
    return (answer as Of<'snapshot'>).snapshot;
  }

  /**
   * Goes back to a snapshot and on from there: at once, or when the turn or phrase under way is over. Rejects with STATE_OTHER where another
   * model plays.
   */
  async recallSnapshot(id: string, when: 'now' | 'phrase' = 'now'): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'recallSnapshot', request, id, when }));
  }

  async renameSnapshot(id: string, name: string): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'renameSnapshot', request, id, name }));
  }

  async deleteSnapshot(id: string): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'deleteSnapshot', request, id }));
  }

  /** Undoes {@link deleteSnapshot}. */
  async restoreSnapshot(id: string): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'restoreSnapshot', request, id }));
  }

  /** A snapshot as a file, for {@link loadSnapshot} of another session or host. */
  async saveSnapshot(id: string): Promise<Uint8Array> {
    const response = await this.#fetch(snapshotsPath('', id));
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Brings a snapshot from a file. Rejects with STATE_OTHER where it does not fit the model that plays, and says why. */
  async loadSnapshot(file: Uint8Array<ArrayBuffer> | Blob): Promise<Snapshot> {
    const response = await this.#fetch(snapshotsPath(''), { method: 'POST', body: file });
    return (await response.json()) as Snapshot;
  }

  /** Throws what the host refuses, CONNECTION_LOST. */
  async #fetch(path: string, init?: RequestInit): Promise<Response> {
    const response = await this.around.fetch?.(path, init).catch(() => undefined);
    if (response === undefined) throw notConnected();
    if (response.ok) return response;
    const said = await response.text();
    throw asError(refusalIn(said) ?? { code: 'HOST_REFUSED', message: said });
  }

  /** Connects the session to a MIDI port of the host; null: to none. */
  async connectPort(which: 'input' | 'output', port: string | null): Promise<void> {
    await this.requests.ask((request) => this.send({ type: 'connect', request, which, port }));
  }

  /** Has a piece made by a plugin that composes ({@link Welcome.composers}). */
  makePiece(task: Task<'makePiece'>, options?: PieceOptions): Promise<Piece> {
    return this.#piece({ type: 'makePiece', task }, options);
  }

  readPiece(task: Task<'readPiece'>, options?: PieceOptions): Promise<Piece> {
    return this.#piece({ type: 'readPiece', task }, options);
  }

  /** A piece in another format. */
  async exportPiece(task: Task<'exportPiece'>): Promise<PieceFile> {
    const answer = await this.requests.ask((request) => this.send({ type: 'exportPiece', request, task }));
    return (answer as Of<'pieceFile'>).file;
  }

  /** The page of music that began before `before`: the welcome's `historyFrom`, or the previous page's `from`. */
  earlier(before: Seconds): Promise<EarlierPage> {
    const pending = this.#earlier.get(before);
    if (pending !== undefined) return pending.page;
    if (!this.send({ type: 'earlier', before })) return Promise.reject(notConnected());
    let settle: Omit<PendingPage, 'page'>;
    const page = new Promise<EarlierPage>((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.#earlier.set(before, { page, ...settle! });
    return page;
  }

  /** A piece plays here for at most `seconds`, while the model is silent; 0: it is over. */
  piecePlays(seconds: Seconds): boolean {
    return this.send({ type: 'piecePlays', seconds });
  }

  /** Shows what the network does, also over reconnections. Returns a function that ends it. */
  watchNetwork(listener: NetworkListener): () => void {
    this.#networkListeners.add(listener);
    if (this.#networkListeners.size === 1) this.send({ type: 'watchNetwork', on: true });
    return () => {
      if (this.#networkListeners.delete(listener) && this.#networkListeners.size === 0)
        this.send({ type: 'watchNetwork', on: false });
    };
  }

  async #piece(
    message: { type: 'makePiece'; task: Task<'makePiece'> } | { type: 'readPiece'; task: Task<'readPiece'> },
    { signal, grows }: PieceOptions = {},
  ): Promise<Piece> {
    let number = -1;
    try {
      const answer = await this.requests.ask(
        (request) => {
          number = request;
          if (grows) this.#grows.set(request, grows);
          return this.send({ ...message, request });
        },
        signal,
        (request) => this.send({ type: 'cancelPiece', request }),
      );
      return (answer as Of<'piece'>).piece;
    } finally {
      this.#grows.delete(number);
    }
  }

  protected override receive(message: Message): void {
    switch (message.type) {
      case 'welcome':
        this.events.emit('welcome', message);
        this.events.emit('snapshots', this.#snapshots);
        break;
      case 'event':
        this.events.emit('event', message.event);
        this.events.emit(message.event.type, message.event as never);
        break;
      case 'music':
        this.events.emit('music', message);
        break;
      case 'ports':
        this.events.emit('ports', message.ports);
        break;
      case 'coming':
        this.events.emit('coming', message.coming);
        break;
      case 'undoable':
        this.events.emit('undoable', { undo: message.undo, redo: message.redo });
        break;
      case 'snapshots':
        this.#snapshots = message.snapshots;
        this.events.emit('snapshots', message.snapshots);
        break;
      case 'done':
      case 'snapshot':
      case 'piece':
      case 'pieceFile':
        this.requests.answer(message.request, message);
        break;
      case 'pieceSoFar':
        this.#grows.get(message.request)?.(message.soFar);
        break;
      case 'earlier':
        this.#earlier.get(message.before)?.resolve(message);
        this.#earlier.delete(message.before);
        break;
      case 'networkShape':
        for (const listener of this.#networkListeners) listener.shape?.(message.shape);
        break;
      case 'networkSteps':
        for (const listener of this.#networkListeners) listener.steps?.(message.steps);
        break;
    }
  }

  protected override welcomed(message: Welcome, again: boolean): Seconds {
    this.#welcome = message;
    this.#snapshots = message.snapshots ?? [];
    if (!again && this.#networkListeners.size > 0) this.send({ type: 'watchNetwork', on: true });
    return message.description.time;
  }

  protected override answersUnnumbered(refusal: Of<'error'>): boolean {
    // A page has no number. Answers come in order, so the one that is refused was asked for first.
    const [page] = refusal.about === 'earlier' ? this.#earlier : [];
    if (page === undefined) return false;
    this.#earlier.delete(page[0]);
    page[1].reject(asError(refusal));
    return true;
  }

  protected override dropped(): void {
    for (const page of this.#earlier.values()) page.reject(connectionLost());
    this.#earlier.clear();
  }
}

/** The error in a host's answer by HTTP; undefined where there is none. */
function refusalIn(text: string): HostError | undefined {
  try {
    const { code, message, hint } = JSON.parse(text) as Partial<HostError>;
    if (code === undefined || message === undefined) return undefined;
    return { code, message, ...(hint !== undefined && { hint }) };
  } catch {
    return undefined;
  }
}
