import type { WebSocket } from 'ws';
import type { SessionControl } from '../host/session-control.js';
import type { TuneControl } from '../host/tune-control.js';
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
  readonly #history = new History();
  readonly #unsubscribe: () => void;
  #portsTold = '';
  /** The picture that is to be sent in a moment. */
  #changed: NodeJS.Immediate | undefined;
  #ticked: Seconds;

  constructor(
    readonly session: SessionControl,
    readonly tunes: TuneControl,
    readonly defect: (error: unknown) => void,
  ) {
    this.#ticked = session.now();
    this.#unsubscribe = session.subscribe((event) => {
      this.#history.add(event);
      this.#tellAll({ type: 'event', event });
    });
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

  share(): number {
    return Math.min(1, FULL_SHARES / this.#greeted.size);
  }

  portsChanged(): void {
    const ports = this.session.ports();
    this.#portsTold = JSON.stringify(ports);
    this.#tellAll({ type: 'ports', ports });
  }

  /** However many asked for it, in one picture. */
  sessionChanged(): void {
    this.#changed ??= setImmediate(() => {
      this.#changed = undefined;
      try {
        this.#tellAll(this.#picture());
      } catch (error) {
        this.defect(error);
      }
    });
  }

  leave(client: Client, parting: boolean): void {
    this.#clients.delete(client);
    if (parting) this.#parting.add(client);
    this.#greeted.delete(client);
  }

  /** Called more often than {@link tick}: lets go of who never said hello, who sends too much, and who does not answer a goodbye. */
  sweep(): void {
    try {
      for (const client of this.#parting) client.socket.terminate();
      this.#parting.clear();
      for (const client of this.#clients) client.sweep();
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
      ...(from !== undefined && { historyFrom: from }),
    };
  }

  #tellAll(message: ServerMessage): void {
    const text = JSON.stringify(message);
    for (const client of this.#greeted) client.sendText(text);
  }
}
