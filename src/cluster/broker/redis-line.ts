import { Buffer } from 'node:buffer';
import { ContinuoError } from '../../errors.js';
import { CONNECT_MS, RECONNECT_MS } from '../timing.js';
import type { BrokerAddress } from './address.js';
import type { Script } from './scripts.js';

/** What the broker answers: texts and bytes alike as bytes. */
export type Reply = Buffer | string | number | null | readonly Reply[];

type Client = Awaited<ReturnType<typeof clientTo>>;

/** What a line does, apart from running scripts. */
export interface LineWork {
  /** Called on each new connection, before it counts as there. */
  readonly begin?: (client: Pick<Client, 'sendCommand' | 'subscribe'>) => Promise<void>;
  readonly onChange: () => void;
}

/**
 * A connection to the broker that comes back by itself. A command is sent now or fails: none waits for the connection, so nothing stale
 * is sent when it is back. One that gets no reply in time ends the connection, for what comes after it would wait as long.
 */
export class RedisLine {
  #client: Client | null = null;
  #ready = false;
  #closed = false;
  #wait: number = RECONNECT_MS.first;
  #timer: NodeJS.Timeout | undefined;
  #why: string | undefined;
  sent = 0;

  constructor(
    private readonly address: BrokerAddress,
    private readonly work: LineWork,
  ) {}

  get ready(): boolean {
    return this.#ready;
  }

  /** Connects. Where that fails it throws, and the line is closed. */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (cause) {
      this.close();
      throw this.#unreachable(cause);
    }
  }

  async run(script: Script, args: readonly (string | Buffer)[], limit: number): Promise<Reply> {
    try {
      return await this.#command(['EVALSHA', script.sha1, ...args], limit);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw this.#said(error);
    }
    try {
      return await this.#command(['EVAL', script.text, ...args], limit);
    } catch (error) {
      throw this.#said(error);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Ends the connection and makes a new one. */
  renew(why: string): void {
    this.#why = why;
    this.#drop();
    this.#again();
  }

  async #command(args: readonly (string | Buffer)[], limit: number): Promise<Reply> {
    const client = this.#client;
    if (!client || !this.#ready) throw this.#unreachable();
    this.sent += sizeOf(args);
    const reply = client.sendCommand<Reply>([...args]);
    return withLimit(reply, limit, () => {
      const why = `no reply within ${limit} ms`;
      if (client === this.#client) this.renew(why);
      return new Error(why);
    });
  }

  async #connect(): Promise<void> {
    const client = await clientTo(this.address);
    if (this.#closed) return;
    this.#client = client;
    const lost = (error?: unknown) => {
      if (client !== this.#client) return;
      this.#why = textOf(error);
      this.#drop();
      this.#again();
    };
    let begun = false;
    client.on('error', (error) => begun && lost(error));
    client.on('end', () => begun && lost());
    try {
      const began = client.connect().then(() => this.work.begin?.(client));
      await withLimit(began, CONNECT_MS, () => new Error(`no connection within ${CONNECT_MS} ms`));
    } catch (error) {
      this.#drop();
      throw error;
    }
    if (this.#client !== client || !client.isReady) throw new Error('the connection was lost at once');
    begun = true;
    this.#wait = RECONNECT_MS.first;
    this.#why = undefined;
    this.#ready = true;
    this.work.onChange();
  }

  #drop(): void {
    const was = this.#ready;
    this.#ready = false;
    const client = this.#client;
    this.#client = null;
    client?.destroy();
    if (was) this.work.onChange();
  }

  #again(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#connect().catch((error) => {
        this.#why = textOf(error);
        this.#again();
      });
    }, this.#wait);
    this.#wait = Math.min(2 * this.#wait, RECONNECT_MS.most);
  }

  #said(error: unknown): ContinuoError {
    if (error instanceof ContinuoError) return error;
    const text = textOf(error) ?? '';
    // A key of another kind, or data that a script of ours cannot read.
    if (/^WRONGTYPE|user_script|@user_script/.test(text))
      return new ContinuoError(
        'CLUSTER_BROKEN',
        `The broker at ${this.address.shown} has data under the names of this cluster that no host has written: ${text}`,
        'Give the cluster another name, or another database of the broker.',
        { cause: error },
      );
    return this.#unreachable(error);
  }

  #unreachable(cause?: unknown): ContinuoError {
    if (cause instanceof ContinuoError) return cause;
    const why = textOf(cause) ?? this.#why;
    return new ContinuoError(
      'CLUSTER_UNREACHABLE',
      `The broker at ${this.address.shown} does not answer${why === undefined ? '' : `: ${why}`}.`,
      'Is a Redis or Valkey server running there, and do user and password fit?',
      { cause },
    );
  }
}

async function clientTo({ host, port, tls, database, username, password }: BrokerAddress) {
  const { createClient, RESP_TYPES } = await import('@redis/client');
  const timing = { connectTimeout: CONNECT_MS, reconnectStrategy: false as const };
  return createClient({
    RESP: 2,
    socket: tls ? { host, port, tls: true, ...timing } : { host, port, ...timing },
    database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
}

/** Where this process itself stood still, a reply that is there already counts: what has arrived is read before it is too late. */
function withLimit<T>(promise: Promise<T>, limit: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const timer = setTimeout(() => setImmediate(() => settled || reject(late())), limit);
    const done = () => {
      settled = true;
      clearTimeout(timer);
    };
    promise.finally(done).then(resolve, reject);
  });
}

function textOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  const text = error.message === '' ? (code ?? error.name) : error.message;
  return text.replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, 160);
}

/** Bytes of a command on the wire. */
function sizeOf(args: readonly (string | Buffer)[]): number {
  const head = (count: number) => 3 + String(count).length;
  return args.reduce((sum, arg) => {
    const bytes = Buffer.byteLength(arg);
    return sum + head(bytes) + bytes + 2;
  }, head(args.length));
}
