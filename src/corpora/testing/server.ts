import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request; the last one is done from then on. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface TestServer {
  readonly url: string;
  /** Range header of each request so far, or null. */
  readonly ranges: (string | null)[];
  close(): Promise<void>;
}

/** A server on 127.0.0.1 that answers as it is told, request by request. */
export async function serve(...answers: readonly Answer[]): Promise<TestServer> {
  const ranges: (string | null)[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(ranges.length, answers.length - 1)]!;
    ranges.push(request.headers.range ?? null);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
}

/** The file, whole or from where it is asked for if it is still the same. */
export function ranged(bytes: Uint8Array): Answer {
  return ({ headers }, response) => {
    const start = /^bytes=(\d+)-$/.exec(headers.range ?? '');
    const etag = etagOf(bytes);
    if (start && headers['if-range'] === etag) {
      const from = Number(start[1]);
      response.writeHead(206, {
        etag,
        'content-length': bytes.length - from,
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      });
      response.end(bytes.subarray(from));
    } else {
      response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
    }
  };
}

/** The file without ranges, as servers that pack on the way have it. */
export function whole(bytes: Uint8Array): Answer {
  return (_request, response) => void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
}

/** The beginning of the file, then the connection is cut. */
export function cut(bytes: Uint8Array, at: number): Answer {
  return (_request, response) => {
    response.writeHead(200, { etag: etagOf(bytes), 'content-length': bytes.length });
    response.write(bytes.subarray(0, at), () => setTimeout(() => response.destroy(), 50));
  };
}

/** The beginning of the file, then nothing more. */
export function hang(bytes: Uint8Array, at: number): Answer {
  return (_request, response) => {
    response.writeHead(200, { etag: etagOf(bytes), 'content-length': bytes.length });
    response.write(bytes.subarray(0, at));
  };
}

export function status(code: number): Answer {
  return (_request, response) => void response.writeHead(code).end();
}

export function redirect(to: string): Answer {
  return (_request, response) => void response.writeHead(302, { location: to }).end();
}
