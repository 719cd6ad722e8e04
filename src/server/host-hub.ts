import type { WebSocket } from 'ws';
import type { SessionDirectory } from '../host/sessions/control.js';
import type { TakesControl } from '../host/takes/library/control.js';
import { type HostMessage, PROTOCOL_VERSION } from '../protocol/host-protocol.js';
import { HostClient, type HostClientFrom, type HostRoom } from './host-client.js';
import type { ClusterWords } from './proxy/cluster-words.js';

/** Changes that follow each other within this time are told together, in milliseconds. */
const TOGETHER_MS = 150;

interface HostLimits {
  /** Most clients of one session. */
  readonly clients: number;
  readonly undoSeconds: number;
}

interface HubParts {
  readonly sessions: SessionDirectory;
  readonly takes: TakesControl;
  readonly defect: (error: unknown) => void;
  readonly words?: ClusterWords;
}

/** Connects clients to the host as a whole: tells all of them of its sessions. */
export class HostHub implements HostRoom {
  readonly #clients = new Set<HostClient>();
  readonly #greeted = new Set<HostClient>();
  /** Clients whose connection is being closed. */
  readonly #parting = new Set<HostClient>();
  readonly #unsubscribe: () => void;
  #changed: NodeJS.Timeout | undefined;
  /** What was told last of the sessions that can be resumed. */
  #offered = '';
  #takesChanged: NodeJS.Timeout | undefined;
  /** The takes that sessions write, by name. */
  #written = '';

  readonly sessions: SessionDirectory;
  readonly takes: TakesControl;
  readonly defect: (error: unknown) => void;

  constructor(
    private readonly parts: HubParts,
    private readonly limits: HostLimits,
  ) {
    const { sessions, takes, defect, words } = parts;
    this.sessions = sessions;
    this.takes = takes;
    this.defect = defect;
    this.#offered = this.#offers();
    const stops = [
      sessions.subscribe(() => {
        this.#lookAtTakes();
        this.#changed ??= setTimeout(() => this.tellNow(), TOGETHER_MS);
      }),
      words?.watch((text) => {
        for (const client of this.#greeted) client.sendText(text);
      }),
    ];
    this.#unsubscribe = () => {
      for (const stop of stops) stop?.();
    };
  }

  get size(): number {
    return this.#clients.size;
  }

  join(socket: WebSocket, from: HostClientFrom): void {
    this.#clients.add(new HostClient(socket, this, from));
  }

  welcome(client: HostClient): void {
    this.#welcome(client).catch(this.defect);
  }

  async #welcome(client: HostClient): Promise<void> {
    const plugins = await this.sessions.plugins();
    if (!this.#clients.has(client)) return;
    const { clients, undoSeconds } = this.limits;
    client.send({
      ...{ type: 'hostWelcome', version: PROTOCOL_VERSION, sessions: this.sessions.list(), plugins },
      offered: this.sessions.offers?.list() ?? [],
      limits: { sessions: this.sessions.most, clients, undoSeconds },
      ...this.parts.words?.welcome,
    });
    this.#greeted.add(client);
  }

  tellNow(): void {
    if (this.#changed === undefined) return;
    clearTimeout(this.#changed);
    this.#changed = undefined;
    const message: HostMessage = { type: 'sessions', sessions: this.sessions.list() };
    const offered = this.#offers();
    // A session that is open is told before it is offered no longer: whoever waits for it goes on waiting.
    const texts = [JSON.stringify(message), ...(offered === this.#offered ? [] : [offered])];
    this.#offered = offered;
    for (const client of this.#greeted) for (const text of texts) client.sendText(text);
  }

  #offers(): string {
    const message: HostMessage = { type: 'offered', offered: this.sessions.offers?.list() ?? [] };
    return JSON.stringify(message);
  }

  takesChanged(): void {
    this.#takesChanged ??= setTimeout(() => {
      this.#takesChanged = undefined;
      const message: HostMessage = { type: 'takesChanged' };
      const text = JSON.stringify(message);
      for (const client of this.#greeted) client.sendText(text);
    }, TOGETHER_MS);
  }

  /** A take begins or ends with what a session writes. */
  #lookAtTakes(): void {
    const written = this.sessions
      .list()
      .filter(({ host }) => host === undefined)
      .map(({ take }) => take ?? '')
      .join('/');
    if (written === this.#written) return;
    this.#written = written;
    this.takesChanged();
  }

  leave(client: HostClient, parting: boolean): void {
    this.#clients.delete(client);
    this.#greeted.delete(client);
    if (parting) this.#parting.add(client);
  }

  /** Called more often than {@link tick}: drops clients that never said hello, send too much, or do not answer a close. */
  sweep(): void {
    for (const client of this.#parting) client.socket.terminate();
    this.#parting.clear();
    for (const client of this.#clients) client.sweep();
  }

  /** Called every few seconds: drops dead clients. */
  tick(): void {
    for (const client of this.#clients) client.checkAlive();
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#changed);
    clearTimeout(this.#takesChanged);
    for (const client of this.#clients) client.close(1001, 'the host stops');
  }
}
