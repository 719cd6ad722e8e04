import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A redis-server of a test: on loopback, in a temporary folder, which keeps nothing. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Stops its process where it stands (SIGSTOP): it is connected and answers nothing. */
  pause(): void;
  resume(): void;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts `program` (a redis-server) on a free port. `args`: further options, such as `--requirepass`. */
export async function startRedis(program: string, args: readonly string[] = []): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'continuo-redis-'));
  let port = 0;
  let running: ChildProcess | undefined;
  const start = async () => {
    running = await launch(program, folder, port, args);
  };
  // Somebody may take the free port between the question and the start.
  for (let tries = 1; running === undefined; tries++) {
    port = await freePort();
    await start().catch((error) => {
      if (tries === 5) throw error;
    });
  }
  const kill = async () => {
    const server = running;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill('SIGKILL');
    await exit;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pause: () => running?.kill('SIGSTOP'),
    resume: () => running?.kill('SIGCONT'),
    kill,
    start,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts it and waits until it listens. */
async function launch(
  program: string,
  folder: string,
  port: number,
  args: readonly string[],
): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const server = spawn(program, [...options, '--appendonly', 'no', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const orphan = () => server.kill('SIGKILL');
  process.once('exit', orphan);
  server.once('exit', () => process.off('exit', orphan));
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`redis-server ended: ${log}`)));
    server.stdout!.on('data', (data) => {
      log = (log + data).slice(-4000);
      if (/ready to accept connections/i.test(log)) resolve();
    });
  });
  return server;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A network between a host and the broker that can be cut: connections are refused or (`silent`) swallow all. */
export interface TestLink {
  readonly url: string;
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

/** A link to `port`, on a port of its own. */
export async function linkTo(port: number): Promise<TestLink> {
  const { connect } = await import('node:net');
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut,
    heal: () => {
      whole = true;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
