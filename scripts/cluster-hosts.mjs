/** Real hosts of a cluster on this machine, and players at their sessions, for the scripts that kill and stop hosts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectHost, connectSession } from '../dist/client/index.js';
import { uniform } from '../dist/model/random.js';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const noteLog = new URL('./note-log.mjs', import.meta.url).href;
const MODES = ['answer', 'continue', 'duet', 'solo'];
/** Longest wait for the cluster to settle, in seconds. */
const PATIENCE = 20;
const now = () => Number(process.hrtime.bigint()) / 1e9;
const REDIS = '/usr/bin/redis-server';

export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A redis-server that keeps nothing. */
export class Redis {
  #server;

  constructor(folder, port) {
    this.folder = folder;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(folder) {
    const redis = new Redis(folder, await freePort());
    await redis.start();
    return redis;
  }

  async start() {
    const args = ['--port', this.port, '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    this.#server = spawn(REDIS, [...args.map(String), '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve, reject) => {
      this.#server.once('exit', () => reject(new Error('redis-server ended')));
      this.#server.stdout.on('data', (data) => /ready to accept/i.test(data) && resolve());
    });
  }

  /** Bytes that it was sent so far. */
  async received() {
    const socket = connect(this.port, '127.0.0.1');
    socket.end('INFO stats\r\n');
    let text = '';
    for await (const part of socket) text += part;
    return Number(/total_net_input_bytes:(\d+)/.exec(text)[1]);
  }

  /** How many sessions it knows of. */
  async sessions() {
    const socket = connect(this.port, '127.0.0.1');
    socket.end('SCARD continuo:1:{continuo}:sessions\r\n');
    let text = '';
    for await (const part of socket) text += part;
    return Number(text.slice(1));
  }

  async kill() {
    const exit = once(this.#server, 'exit');
    this.#server.kill('SIGKILL');
    await exit;
  }
}

/** A host, started as a user starts it. */
export class Host {
  #child;
  printed = '';

  constructor(name, options) {
    this.name = name;
    this.options = options;
    this.takes = join(options.folder, `takes-${name}`);
    mkdirSync(this.takes, { recursive: true });
  }

  get address() {
    return `http://127.0.0.1:${this.port}/`;
  }

  get pid() {
    return this.#child.pid;
  }

  async start() {
    const { redis, folder, args = [] } = this.options;
    this.port ??= await freePort();
    const cluster = ['--cluster', redis.url, '--name', this.name, '--takes', this.takes];
    this.#child = spawn(
      process.execPath,
      ['--import', noteLog, program, 'start', '--no-open', '--port', String(this.port), ...cluster, ...args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CONTINUO_NOTE_LOG: join(folder, 'notes.jsonl') },
      },
    );
    const lines = createInterface({ input: this.#child.stdout });
    this.#child.stderr.on('data', (data) => {
      this.printed += data;
    });
    await new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        this.printed += `${line}\n`;
        if (/http:\/\//.test(line)) resolve();
      });
      this.#child.once('exit', (code) => reject(new Error(`the host ended with ${code}: ${this.printed}`)));
    });
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Ends it with a signal, and waits for that. Returns its status. */
  async end(name) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exit = once(this.#child, 'exit');
    this.signal(name);
    return (await exit)[0];
  }
}

/** A cluster of real hosts in a temporary folder. */
export async function startCluster(names, { args } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-cluster-'));
  const redis = await Redis.start(folder);
  const hosts = names.map((name) => new Host(name, { redis, folder, args }));
  for (const host of hosts) await host.start();
  return {
    ...{ folder, redis, hosts },
    async stop() {
      await Promise.all(hosts.map((host) => host.end('SIGKILL')));
      await redis.kill();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The sessions of the cluster with the names of their hosts, as a host lists them. */
export async function sessionsAt(host) {
  const client = await connectHost(host.address);
  try {
    return client.sessions.map((entry) => ({ ...entry, host: entry.host?.name ?? host.name }));
  } finally {
    client.close();
  }
}

/** Somebody who plays into a session without end: phrases with rests in which the model answers. */
export class Player {
  #client;
  #over = false;
  #notes = 0;
  /** When the session's host welcomed it last, and all of these times, in seconds of the machine. */
  welcomes = [];
  /** When a note of the model came last. */
  heard = 0;

  constructor(id, number) {
    this.id = id;
    this.number = number;
  }

  get notes() {
    return this.#notes;
  }

  /** Plays through this host from now on. */
  async through(host) {
    // A host hears of a session a moment after the one that opened it.
    while (!(await sessionsAt(host)).some(({ id }) => id === this.id)) await wait(20);
    const client = await connectSession(host.address, { session: this.id, wait: true });
    this.#client?.close();
    this.#client = client;
    client.on('welcome', () => this.welcomes.push(now()));
    client.on('noteOn', ({ voice }) => {
      if (voice !== 'model') return;
      this.#notes++;
      this.heard = now();
    });
    return client;
  }

  async play() {
    for (let count = 0; !this.#over; count++) {
      const pitch = 48 + Math.floor(30 * uniform(this.number, 3, count));
      this.#client.play({ type: 'noteOn', pitch, velocity: 80 });
      await wait(60 + 80 * uniform(this.number, 4, count));
      this.#client.play({ type: 'noteOff', pitch });
      await wait(count % 9 === 8 ? 1500 : 20);
    }
  }

  command(command) {
    return this.#client.command(command);
  }

  stop() {
    this.#over = true;
    this.#client?.close();
  }
}

/** Opens sessions in all modes, spread over the hosts, each with somebody who plays. */
export async function openSessions(hosts, count, players) {
  const client = await connectHost(hosts[0].address);
  const known = client.sessions.map(({ id }) => id);
  for (const id of known) await client.closeSession(id);
  for (let number = 0; number < count; number++) {
    const mode = MODES[number % MODES.length];
    const id = await client.openSession({
      mode,
      name: `Jam ${number}`,
      host: hosts[number % hosts.length].name,
    });
    const player = new Player(id, number);
    players.push(player);
    await player.through(hosts[(number + 1) % hosts.length]);
    await player.command({ type: 'start' });
    void player.play();
  }
  client.close();
}

/** All sessions, once each has a host and the cluster has all of its hosts. */
export async function settled(host, count) {
  for (const ends = now() + PATIENCE; ; ) {
    const listed = await sessionsAt(host);
    if ((listed.length === count && listed.every((entry) => entry.host !== 'none yet')) || now() > ends)
      return listed;
    await wait(50);
  }
}
