import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContinuoError } from '../errors.js';
import type { SnapshotsControl } from '../host/live/snapshots/control.js';
import { LARGEST_FILE } from '../host/live/snapshots/snapshots.js';
import type { SessionDirectory } from '../host/sessions/control.js';
import { sayPlainly } from './panel-files.js';

const STATUS: Readonly<Record<string, number>> = {
  SESSION_NOT_FOUND: 404,
  SNAPSHOT_UNKNOWN: 404,
  SNAPSHOT_FAILED: 503,
  SNAPSHOTS_FULL: 507,
  STATE_OTHER: 409,
  STATE_BROKEN: 400,
  STATE_VERSION: 400,
};
/** How many files are read at once: each is in memory until it is whole. */
const MOST_READ = 4;

/** What a path asks for: a snapshot (undefined: to bring one), of a session (undefined: the first open one). */
interface Asked {
  readonly session: string | undefined;
  readonly id: string | undefined;
}

const PATH = /^\/(?:session|sessions\/([^/]+))\/snapshots(?:\/([^/]+))?$/;

function askedBy(url: string | undefined): Asked | undefined {
  const found = PATH.exec((url ?? '').split(/[?#]/, 1)[0]!);
  return found === null ? undefined : { session: found[1], id: found[2] };
}

/**
 * Snapshots as files, for who may use the panel: the token is checked before. A page of another site may neither read nor bring them.
 */
export class SnapshotFiles {
  #reading = 0;

  constructor(
    private readonly sessions: SessionDirectory,
    /** Whether the page that asks is one of this host's, or asks for no page. */
    private readonly originAllowed: (request: IncomingMessage) => boolean,
    private readonly defect: (error: unknown) => void,
  ) {}

  /** Whether a request is about snapshots; then it is answered. `affords`: see PanelFiles.serve. */
  answers(request: IncomingMessage, response: ServerResponse, affords: (bytes: number) => boolean): boolean {
    const asked = askedBy(request.url);
    if (asked === undefined) return false;
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const method = asked.id === undefined ? 'POST' : 'GET';
    if (request.method !== method) {
      response.setHeader('Allow', method);
      sayPlainly(response, 405, `Only ${method} is answered here.`);
    } else if (request.headers['sec-fetch-site'] === 'cross-site' || !this.originAllowed(request))
      sayPlainly(response, 403, 'Snapshots are for the pages of this host.');
    else
      this.#answer(asked, request, response, affords).catch((error: unknown) => {
        if (error instanceof ContinuoError) refuse(response, error);
        else {
          this.defect(error);
          response.destroy();
        }
      });
    return true;
  }

  async #answer(
    { session, id }: Asked,
    request: IncomingMessage,
    response: ServerResponse,
    affords: (bytes: number) => boolean,
  ): Promise<void> {
    const { snapshots } = this.sessions.get(session ?? this.sessions.first ?? 'session');
    if (id !== undefined) send(snapshots, id, response, affords);
    else await this.#take(snapshots, request, response, affords);
  }

  async #take(
    snapshots: SnapshotsControl,
    request: IncomingMessage,
    response: ServerResponse,
    affords: (bytes: number) => boolean,
  ): Promise<void> {
    const length = Number(request.headers['content-length']);
    if (!Number.isSafeInteger(length) || length > LARGEST_FILE || request.headers['content-encoding']) {
      response.setHeader('Connection', 'close');
      const message = `A snapshot of at most ${LARGEST_FILE} bytes was expected, with its length and as it is.`;
      refuse(response, new ContinuoError('STATE_BROKEN', message), length > LARGEST_FILE ? 413 : 411);
      return;
    }
    if (!affords(length)) return;
    if (this.#reading >= MOST_READ) {
      response.setHeader('Connection', 'close');
      const message = 'This host takes in other snapshots just now.';
      refuse(response, new ContinuoError('SNAPSHOT_FAILED', message, 'Try again in a moment.'));
      return;
    }
    this.#reading++;
    try {
      const content = await bodyOf(request, length);
      if (content === null) return;
      const info = JSON.stringify(snapshots.load(content));
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.end(info);
    } finally {
      this.#reading--;
    }
  }
}

function send(
  snapshots: SnapshotsControl,
  id: string,
  response: ServerResponse,
  affords: (bytes: number) => boolean,
): void {
  const { name, content } = snapshots.file(decoded(id));
  const bytes = Buffer.from(content);
  if (!affords(bytes.length)) return;
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': bytes.length,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  });
  response.end(bytes);
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** The body of a request; null where its client leaves before it is whole. Node ends it after `length` bytes. */
async function bodyOf(request: IncomingMessage, length: number): Promise<Uint8Array | null> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    return null;
  }
  const body = Buffer.concat(parts);
  return body.length === length ? body : null;
}

/** Programs read the code, and people the sentence. */
function refuse(
  response: ServerResponse,
  { code, message, hint }: ContinuoError,
  status = STATUS[code] ?? 500,
): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ code, message, ...(hint !== undefined && { hint }) }));
}
