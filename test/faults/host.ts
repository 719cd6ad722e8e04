import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import type { TakeRecord } from '../../src/session/take.js';
import { program } from '../browser/host.js';
import { takesIn } from '../takes-in.js';

/** The built program, started as a user does, with a fault injected. */
export class FaultyHost {
  readonly takes: string;
  /** What it said so far. */
  stdout = '';
  stderr = '';
  readonly exited: Promise<number | null>;
  address = '';

  private constructor(
    readonly child: ChildProcess,
    readonly home: string,
  ) {
    this.takes = join(home, 'takes');
    child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.exited = once(child, 'exit').then(([code]) => code as number | null);
  }

  /** `preload`: a module beside this one that runs before the program, in each of its threads. */
  static async start(args: readonly string[] = [], preload?: string): Promise<FaultyHost> {
    const home = mkdtempSync(join(tmpdir(), 'continuo-fault-'));
    mkdirSync(join(home, 'takes'));
    return FaultyHost.startIn(home, args, preload);
  }

  /** Another host where this one was, with its takes. This one cleans up no more. */
  again(args: readonly string[] = []): Promise<FaultyHost> {
    return FaultyHost.startIn(this.home, args);
  }

  private static async startIn(home: string, args: readonly string[], preload?: string): Promise<FaultyHost> {
    const host = new FaultyHost(
      spawn(
        process.execPath,
        [
          ...(preload === undefined ? [] : ['--import', new URL(preload, import.meta.url).href]),
          ...[program, 'start', '--no-open', '--port', '0', '--takes', join(home, 'takes')],
          // A take that it goes on from has a seed of its own.
          ...(args.includes('--resume') ? [] : ['--seed', '7']),
          ...args,
        ],
        // A home of its own: no models or takes of whoever runs the tests.
        { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: home, XDG_DATA_HOME: home } },
      ),
      home,
    );
    await host.until(() => /panel +http/.test(host.stdout));
    host.address = /http:\S+/.exec(host.stdout)![0];
    return host;
  }

  /** Waits for a condition; throws where the program ends before. */
  async until(so: () => boolean, what = 'it is so'): Promise<void> {
    for (let tries = 0; !so(); tries++) {
      if (this.child.exitCode !== null || tries > 400)
        throw new Error(
          `waited in vain until ${what}; exit ${this.child.exitCode}; it said: ${this.stdout}${this.stderr}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  panel(): Promise<PanelClient> {
    return PanelClient.greeted(this.address);
  }

  /** The folder of the last take. */
  get take(): string {
    return join(this.takes, takesIn(this.takes).at(-1)!);
  }

  /** The records of the last take so far; the header is not among them. None before the take is begun. */
  records(): TakeRecord[] {
    const log = takesIn(this.takes).length > 0 && join(this.take, 'take.jsonl');
    if (!log || !existsSync(log)) return [];
    const text = readFileSync(log, 'utf8');
    // The last line may be half written.
    const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
    return lines.slice(1).map((line) => JSON.parse(line) as TakeRecord);
  }

  /** Ends it, if it runs; returns its status. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null) this.child.kill(signal);
    const code = await this.exited;
    return code;
  }

  /** Cleans up after a test, whether it passed or not. */
  async clear(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited;
    rmSync(this.home, { recursive: true, force: true });
  }
}
