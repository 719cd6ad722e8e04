import type { WebSocket } from 'ws';
import { ContinuoError } from '../errors.js';
import type { PieceControl } from '../host/compose/control.js';
import type { NetworkChoice } from '../host/live/network/view.js';
import type { SessionControl } from '../host/live/session-control.js';
import type { EarlierMusic } from '../host/sessions/control.js';
import type { Seconds } from '../music/units.js';
import { SESSION_GONE, SESSION_MOVED } from '../protocol/host-protocol.js';
import { PROTOCOL_VERSION, type ServerMessage } from '../protocol/session-protocol.js';
import type { SessionEvent } from '../session/events.js';
import { Client, type ClientFrom, type Room } from './client.js';
import { History } from './history.js';
import { NetworkViewers } from './network-viewers.js';
import type { OfCluster } from './proxy/cluster-words.js';
import { sessionMoved } from './proxy/moved.js';

/** A longer time between ticks means that the process did not run. */
const SLEPT: Seconds = 15;
/** Up to this many panels have their full rate; more share what these would have. */
const FULL_SHARES = 4;

/** Whom a hub tells of its clients and its session: the host's directory. */
interface Directory {
  /** A client connects. Returns what to call once it is gone. */
  readonly attend: () => () => void;
  /** Another plugin or model was loaded. */
  readonly changed: () => void;
  /** What a welcome says of the cluster. */
  readonly cluster?: () => OfCluster & { readonly session?: string };
  /** The music from before the session was resumed; undefined where there is none. */
  readonly earlier?: () => Promise<EarlierMusic> | undefined;
}

/** Connects panels to their session: sends events to all of them, and passes on what they play. */
export class Hub implements Room {
  /** All connected clients, and those that have said hello. */
  readonly #clients = new Set<Client>();
  readonly #greeted = new Set<Client>();
  /** Tells the directory that a client is gone. */
  readonly #attendance = new Map<Client, () => void>();
  /** Clients whose connection is being closed. */
  readonly #parting = new Set<Client>();
  /** Clients at which a piece is playing, and when it is over at the latest. */
  readonly #playing = new Map<Client, Seconds>();
  readonly #history = new History();
  readonly #network: NetworkViewers;
  readonly #unsubscribe: () => void;
  /** Whether the music from before the session was resumed is read, or being read. */
  #asked = false;
  #portsTold = '';
  /** The pending update of all clients, and callbacks for after it. */
  #changed: NodeJS.Immediate | undefined;
  #awaiting: (() => void)[] = [];
  #ticked: Seconds;
  /** The music is about to be told anew. */
  #music: NodeJS.Immediate | undefined;

  constructor(
    readonly session: SessionControl,
    readonly pieces: PieceControl,
    readonly defect: (error: unknown) => void,
    private readonly directory: Directory = { attend: () => () => {}, changed() {} },
  ) {
    this.#ticked = session.now();
    this.#network = new NetworkViewers(session);
    for (const event of session.takeSoFar?.() ?? []) this.#history.add(withInstrument(event, session));
    const unsubscribe = session.subscribe((event) => {
      this.#history.add(withInstrument(event, session));
      this.#tellAll({ type: 'event', event });
      if (event.type === 'restored') this.#tellMusic();
    });
    const unwatch = session.watch(() => this.sessionChanged());
    const unwatchComing = session.watchComing(() =>
      this.#tellAll({ type: 'coming', coming: session.coming() }),
    );
    const unwatchUndoable = session.watchUndoable(() =>
      this.#tellAll({ type: 'undoable', ...session.undoable() }),
    );
    const unwatchSnapshots = session.snapshots.watch(() =>
      this.#tellAll({ type: 'snapshots', snapshots: session.snapshots.list() }),
    );
    this.#unsubscribe = () => {
      unsubscribe();
      unwatchUndoable();
      unwatchSnapshots();
      unwatch();
      unwatchComing();
    };
  }

  get size(): number {
    return this.#clients.size;
  }

  join(socket: WebSocket, from?: ClientFrom): void {
    const client = new Client(socket, this, from);
    this.#clients.add(client);
    this.#attendance.set(client, this.directory.attend());
  }

  welcome(client: Client): void {
    client.send(this.#picture());
    this.#greeted.add(client);
    if (!this.#asked) void this.#readEarlier();
  }

  /** The music from before the session was resumed comes later than the welcome: it may have to be computed. */
  async #readEarlier(): Promise<void> {
    this.#asked = true;
    try {
      const music = await this.directory.earlier?.();
      if (music === undefined) return;
      this.#history.prepend(music);
      this.#tellMusic();
    } catch (error) {
      // Then the roll begins where the session was resumed: the Takes drawer says what is wrong with the take.
      if (!(error instanceof ContinuoError)) this.defect(error);
    }
  }

  earlier(before: Seconds): ServerMessage {
    return { type: 'earlier', before, ...this.#history.before(before) };
  }

  piecePlays(client: Client, seconds: Seconds): void {
    if (seconds > 0) this.#playing.set(client, this.session.now() + seconds);
    if (seconds > 0) this.session.hold(true);
    else this.#pieceIsOver(client);
  }

  #pieceIsOver(client: Client): void {
    if (this.#playing.delete(client) && this.#playing.size === 0) this.session.hold(false);
  }

  watchNetwork(show: (text: string, needed: boolean) => void, choice: NetworkChoice): () => void {
    return this.#network.add(show, choice);
  }

  share(): number {
    return Math.min(1, FULL_SHARES / this.#greeted.size);
  }

  portsChanged(then = () => {}): void {
    const ports = this.session.ports();
    this.#portsTold = JSON.stringify(ports);
    this.#tellAll({ type: 'ports', ports });
    then();
  }

  /** Coalesces several changes into one update. */
  sessionChanged(then = () => {}): void {
    this.#awaiting.push(then);
    this.#changed ??= setImmediate(() => {
      this.#changed = undefined;
      try {
        this.directory.changed();
        this.#tellAll(this.#picture());
      } catch (error) {
        this.defect(error);
      }
      for (const told of this.#awaiting.splice(0)) told();
    });
  }

  /** What came back, or was read from a take, is known here alone. Once for all members of a band. */
  #tellMusic(): void {
    this.#music ??= setImmediate(() => {
      this.#music = undefined;
      this.#tellAll({ type: 'music', ...this.#lastPage() });
    });
  }

  #lastPage() {
    const { events: history, from } = this.#history.before();
    return { history, ...(from !== undefined && { historyFrom: from }) };
  }

  leave(client: Client, parting: boolean): void {
    this.#clients.delete(client);
    this.#attendance.get(client)?.();
    this.#attendance.delete(client);
    if (parting) this.#parting.add(client);
    this.#greeted.delete(client);
    this.#pieceIsOver(client);
  }

  /** Called more often than {@link tick}: drops clients that never said hello, send too much, or do not answer a close. */
  sweep(): void {
    try {
      for (const client of this.#parting) client.socket.terminate();
      this.#parting.clear();
      for (const client of this.#clients) client.sweep();
      const now = this.session.now();
      for (const [client, end] of this.#playing) if (end <= now) this.#pieceIsOver(client);
    } catch (error) {
      this.defect(error);
    }
  }

  /**
   * Called every few seconds: drops dead clients and reports changes of the ports, which are all that it reads. Errors are
   * reported, not thrown: a timer must not end the program.
   */
  tick(): void {
    try {
      const now = this.session.now();
      // While the process was stopped (a closed lid, SIGSTOP), answers could not be read: they wait in the sockets.
      const slept = now - this.#ticked > SLEPT;
      this.#ticked = now;
      if (!slept) for (const client of this.#clients) client.checkAlive();
      if (this.#greeted.size > 0 && JSON.stringify(this.session.ports()) !== this.#portsTold)
        this.portsChanged();
    } catch (error) {
      this.defect(error);
    }
  }

  /** The session was closed: sends its clients away, and tells them why. */
  dismiss(): void {
    const error: ServerMessage = {
      ...{ type: 'error', code: 'SESSION_CLOSED', message: 'This session was closed; its take is kept.' },
      hint: 'Choose another session, or open one.',
    };
    for (const client of this.#clients) {
      client.send(error);
      client.close(SESSION_GONE, 'SESSION_CLOSED');
    }
  }

  /** The session went to another host: sends its clients after it. Nothing is heard of it here any more. */
  moved(): void {
    const { code, message, hint } = sessionMoved();
    const error: ServerMessage = { type: 'error', code, message, hint: hint! };
    for (const client of this.#clients) {
      client.send(error);
      client.close(SESSION_MOVED, code);
    }
    this.close();
  }

  close(): void {
    this.#unsubscribe();
    clearImmediate(this.#changed);
    clearImmediate(this.#music);
    for (const client of this.#clients) client.close(1001, 'the host stops');
  }

  #picture(): ServerMessage {
    const description = this.session.describe();
    this.#portsTold = JSON.stringify(description.ports);
    return {
      ...{ type: 'welcome', version: PROTOCOL_VERSION, description, ...this.#lastPage() },
      composers: this.pieces.composers(),
      ...this.directory.cluster?.(),
      snapshots: this.session.snapshots.list(),
    };
  }

  #tellAll(message: ServerMessage): void {
    this.tellText(JSON.stringify(message));
  }

  /** Tells all clients a message that is serialised already. */
  tellText(text: string): void {
    for (const client of this.#greeted) client.sendText(text);
  }
}

/** A note of a model with how it sounds: once another plugin plays, nothing else would tell. */
function withInstrument(event: SessionEvent, session: SessionControl): SessionEvent {
  if (event.type !== 'noteOn' || event.voice !== 'model') return event;
  const voices = session.voicesOf(event.member);
  const { channel, program } = voices.find(({ id }) => id === event.part) ?? voices[0] ?? {};
  const instrument = {
    ...(channel !== undefined && { channel }),
    ...(program !== undefined && { program }),
  };
  return { ...event, instrument };
}
