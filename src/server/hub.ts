import type { WebSocket } from 'ws';
import type { PieceControl } from '../host/compose/control.js';
import type { SessionControl } from '../host/live/session-control.js';
import type { Seconds } from '../music/units.js';
import { Client, type Room } from './client.js';
import { History } from './history.js';
import { PROTOCOL_VERSION, type ServerMessage } from './protocol.js';

/** Ticks come more often than this, unless the process did not run. */
const SLEPT: Seconds = 15;
/** So many panels have their full rate; where there are more, they share what these would have. */
const FULL_SHARES = 4;

/** Where panels meet their session: events go out to all of them, what they play goes in. */
export class Hub implements Room {
  /** Connected, and those of them that have said hello. */
  readonly #clients = new Set<Client>();
  readonly #greeted = new Set<Client>();
  /** Those that were told to go. */
  readonly #parting = new Set<Client>();
  /** Those at which a piece is played, and when it is over at the latest. */
  readonly #playing = new Map<Client, Seconds>();
  readonly #history = new History();
  readonly #unsubscribe: () => void;
  #portsTold = '';
  /** The picture that is to be sent in a moment, and who waits for that. */
  #changed: NodeJS.Immediate | undefined;
  #awaiting: (() => void)[] = [];
  #ticked: Seconds;

  constructor(
    readonly session: SessionControl,
    readonly pieces: PieceControl,
    readonly defect: (error: unknown) => void,
  ) {
    this.#ticked = session.now();
    const unsubscribe = session.subscribe((event) => {
      this.#history.add(event);
      this.#tellAll({ type: 'event', event });
    });
    const unwatch = session.watch(() => this.sessionChanged());
    this.#unsubscribe = () => {
      unsubscribe();
      unwatch();
    };
  }

  get size(): number {
    return this.#clients.size;
  }

  /** `wire`: what the socket goes over. */
  join(socket: WebSocket, wire?: { readonly bytesRead: number }): void {
    this.#clients.add(new Client(socket, this, wire));
  }

  welcome(client: Client): void {
    client.send(this.#picture());
    this.#greeted.add(client);
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

  share(): number {
    return Math.min(1, FULL_SHARES / this.#greeted.size);
  }

  portsChanged(then = () => {}): void {
    const ports = this.session.ports();
    this.#portsTold = JSON.stringify(ports);
    this.#tellAll({ type: 'ports', ports });
    then();
  }

  /** However many asked for it, in one picture. */
  sessionChanged(then = () => {}): void {
    this.#awaiting.push(then);
    this.#changed ??= setImmediate(() => {
      this.#changed = undefined;
      try {
        this.#tellAll(this.#picture());
      } catch (error) {
        this.defect(error);
      }
      for (const told of this.#awaiting.splice(0)) told();
    });
  }

  leave(client: Client, parting: boolean): void {
    this.#clients.delete(client);
    if (parting) this.#parting.add(client);
    this.#greeted.delete(client);
    this.#pieceIsOver(client);
  }

  /** Called more often than {@link tick}: lets go of who never said hello, who sends too much, and who does not answer a goodbye. */
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
   * Called every few seconds: drops the dead, and tells the living of devices that came or went. It looks at nothing but the
   * ports, and whatever fails on the way is reported: a timer must not end the program.
   */
  tick(): void {
    try {
      const now = this.session.now();
      // While the process was stopped (a closed lid, SIGSTOP) it heard nobody: what was said lies unread in the sockets.
      const slept = now - this.#ticked > SLEPT;
      this.#ticked = now;
      if (!slept) for (const client of this.#clients) client.checkAlive();
      if (this.#greeted.size > 0 && JSON.stringify(this.session.ports()) !== this.#portsTold)
        this.portsChanged();
    } catch (error) {
      this.defect(error);
    }
  }

  close(): void {
    this.#unsubscribe();
    clearImmediate(this.#changed);
    for (const client of this.#clients) client.close(1001, 'the host stops');
  }

  #picture(): ServerMessage {
    const description = this.session.describe();
    this.#portsTold = JSON.stringify(description.ports);
    const { events: history, from } = this.#history.before();
    return {
      ...{ type: 'welcome', version: PROTOCOL_VERSION, description, history },
      composers: this.pieces.composers(),
      ...(from !== undefined && { historyFrom: from }),
    };
  }

  #tellAll(message: ServerMessage): void {
    const text = JSON.stringify(message);
    for (const client of this.#greeted) client.sendText(text);
  }
}
