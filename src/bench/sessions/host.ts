import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { HOST_PATH, type HostMessage } from '../../protocol/host-protocol.js';
import { PROTOCOL_VERSION } from '../../protocol/session-protocol.js';

/** What the host process has used so far. */
export interface Usage {
  readonly memoryMb: number;
  readonly cpuSeconds: number;
}

/** A host reads ten messages a second from a client, so sessions are opened no faster; in milliseconds. */
const EVERY_MS = 120;

/** A `continuo start` in a process of its own, whose sessions are opened over its WebSocket. */
export class BenchHost {
  readonly #waiting = new Map<number, (id: string | Error) => void>();
  #request = 0;

  private constructor(
    private readonly child: ChildProcess,
    /** Such as ws://127.0.0.1:8137. */
    readonly address: string,
    private readonly socket: WebSocket,
    /** The session that the host began with. */
    readonly first: string,
  ) {
    socket.on('message', (data) => this.#hear(JSON.parse(String(data)) as HostMessage));
  }

  static async start(takes: string, most: number): Promise<BenchHost> {
    const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
    const options = ['--no-open', '--port', '0', '--mode', 'answer', '--takes', takes];
    const child = spawn(process.execPath, [main, 'start', ...options, '--sessions', String(most)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await addressOf(child);
    const socket = new WebSocket(`${address}${HOST_PATH}`);
    const first = await new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION })));
      socket.once('message', (data) => {
        const message = JSON.parse(String(data)) as HostMessage;
        if (message.type === 'hostWelcome') resolve(message.sessions[0]!.id);
        else reject(new Error(`The host says ${message.type}.`));
      });
    });
    return new BenchHost(child, address, socket, first);
  }

  #hear(message: HostMessage): void {
    if (message.type !== 'opened' && message.type !== 'error') return;
    const waits = this.#waiting.get(message.request!);
    this.#waiting.delete(message.request!);
    waits?.(message.type === 'opened' ? message.id : new Error(`${message.code}: ${message.message}`));
  }

  /** Opens one more session; returns its id. Rejects where the host has no room. */
  async open(): Promise<string> {
    await setTimeout(EVERY_MS);
    const request = this.#request++;
    const opened = await new Promise<string | Error>((resolve) => {
      this.#waiting.set(request, resolve);
      this.socket.send(JSON.stringify({ type: 'openSession', request }));
    });
    if (opened instanceof Error) throw opened;
    return opened;
  }

  /** From /proc; where there is none, nothing can be told. */
  usage(): Usage {
    const about = (name: string) => readFileSync(`/proc/${this.child.pid}/${name}`, 'latin1');
    const memoryMb = Number(/^VmRSS:\s+(\d+)/m.exec(about('status'))![1]) / 1024;
    const ticks = about('stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { memoryMb, cpuSeconds: (Number(ticks[11]) + Number(ticks[12])) / 100 };
  }

  async end(): Promise<void> {
    this.socket.close();
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', (data) => {
      said += String(data);
      const address = /http:\/\/([\d.]+:\d+)/.exec(said);
      if (address) resolve(`ws://${address[1]}`);
    });
    child.once('exit', (status) => reject(new Error(`continuo start ended with ${status}.`)));
  });
}
