import type { Seconds } from '../music/units.js';

/** The parts of a WebSocket that are used; those of browsers, Node and the package `ws` have them. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void;
  addEventListener(type: 'open' | 'error', listener: (event: object) => void): void;
}

export type SocketClass = new (url: string, protocols: string[]) => Socket;

/** What a client has learnt of where to connect to. */
export interface Target {
  /** The address of another host of the cluster. */
  readonly host?: string;
  /** The token that the hosts ask for. */
  readonly token?: string;
  /** The id of the session. */
  readonly session?: string;
}

/** The environment of a connection: sockets, clock, timers. */
export interface Surroundings {
  connect(target: Target): Socket;
  /** Asks the host by HTTP, at the address of the last WebSocket with `path` behind it. Absent: only the WebSocket is to be had. */
  fetch?(path: string, init?: RequestInit): Promise<Response>;
  /** Local time, monotonic. */
  now(): Seconds;
  /** Calls back once; returns a function that cancels it. */
  after(delay: Seconds, callback: () => void): () => void;
}

/** Local time in seconds, as `performance.now()` has it. */
export const localNow = (): Seconds => performance.now() / 1000;

export function after(delay: Seconds, callback: () => void): () => void {
  const timer = setTimeout(callback, delay * 1000);
  return () => clearTimeout(timer);
}

/** This runtime's WebSocket: the global one or, in Node 20, which has none, that of the package `ws`. */
export async function socketClass(): Promise<SocketClass> {
  const { WebSocket } = globalThis as { WebSocket?: SocketClass };
  if (WebSocket !== undefined) return WebSocket;
  // By a variable, so that bundlers for browsers, which have a WebSocket, leave the package out.
  const name = 'ws';
  const ws = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as { WebSocket: SocketClass };
  return ws.WebSocket;
}
