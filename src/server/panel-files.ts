import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { ContinuoError } from '../errors.js';
import { chooseEncoding, type Encoding } from './choose-encoding.js';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/** Hash of the one style rule that abcjs 6 writes into each drawing (for dragged text). */
const ENGRAVER_STYLE = "'sha256-BCpnf71gZdCsSCHDzyB1RsBbZ0qQdqseK6v+yJsgg30='";

/** Content-Security-Policy: the panel runs its own scripts and connects to its own host only. */
const POLICY =
  `default-src 'none'; script-src 'self'; style-src 'self' ${ENGRAVER_STYLE}; img-src 'self' data:; ` +
  "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A file's bytes in one encoding. */
interface Body {
  readonly bytes: Buffer;
  /** The ETag, different for each encoding, since it stands for these exact bytes. */
  readonly tag: string;
}

interface PanelFile {
  readonly type: string;
  readonly bodies: ReadonlyMap<Encoding, Body>;
  /** Vite puts a content hash into the names under assets/, so these never change. */
  readonly immutable: boolean;
}

/** Suffixes of the compressed files that the build puts beside a file where that is smaller. */
const COMPRESSED = { br: '.br', gzip: '.gz' } as const;

/**
 * The built panel, read once into memory with its compressed files. Only files that were in the folder at that moment are served,
 * so no request can reach another file. Throws FILE_READ where the panel is not built.
 */
export class PanelFiles {
  readonly #files = new Map<string, PanelFile>();

  constructor(folder: string) {
    try {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        if (isCompressed(path)) continue;
        this.#files.set(`/${relative(folder, path).split(sep).join('/')}`, {
          bodies: bodiesOf(path),
          type: CONTENT_TYPES[extname(entry.name)] ?? 'application/octet-stream',
          immutable: entry.parentPath.endsWith(`${sep}assets`),
        });
      }
    } catch (cause) {
      throw notBuilt(folder, cause);
    }
    const index = this.#files.get('/index.html');
    if (index === undefined) throw notBuilt(folder);
    this.#files.set('/', index);
  }

  /**
   * Answers GET and HEAD. `hosts`: the validated Host header, which the page's WebSocket connects to, and the other hosts of the cluster. `affords` says whether that
   * many bytes may be sent; if not, it has answered the request.
   */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    hosts: readonly string[],
    affords: (bytes: number) => boolean,
  ): void {
    const sockets = hosts.map((host) => `ws://${host} wss://${host}`).join(' ');
    response.setHeader('Content-Security-Policy', `${POLICY}; connect-src 'self' ${sockets}`);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      sayPlainly(response, 405, 'Only GET and HEAD are answered here.');
      return;
    }
    const file = this.#files.get((request.url ?? '/').split(/[?#]/, 1)[0]!);
    if (file === undefined) {
      sayPlainly(response, 404, 'There is nothing here. The panel is at /');
      return;
    }
    response.setHeader('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (file.bodies.size > 1) response.setHeader('Vary', 'Accept-Encoding');
    const encoding = chooseEncoding(request.headers['accept-encoding'], file.bodies);
    const { bytes, tag } = file.bodies.get(encoding)!;
    response.setHeader('ETag', tag);
    if (names(request.headers['if-none-match'], tag)) {
      response.writeHead(304).end();
      return;
    }
    if (request.method === 'GET' && !affords(bytes.length)) return;
    if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
    response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}

/** Whether a file is the compressed form of the one beside it. */
function isCompressed(path: string): boolean {
  return Object.values(COMPRESSED).some(
    (end) => path.endsWith(end) && existsSync(path.slice(0, -end.length)),
  );
}

function bodiesOf(path: string): Map<Encoding, Body> {
  const bytes = readFileSync(path);
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const bodies = new Map<Encoding, Body>([['identity', { bytes, tag: `"${hash}"` }]]);
  for (const encoding of ['br', 'gzip'] as const) {
    const beside = path + COMPRESSED[encoding];
    if (existsSync(beside))
      bodies.set(encoding, { bytes: readFileSync(beside), tag: `"${hash}-${encoding}"` });
  }
  return bodies;
}

/** Whether an If-None-Match header lists a tag, by weak comparison (RFC 9110, 13.1.2). */
function names(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}

/** Answers a request with a status and a sentence as plain text. */
export function sayPlainly(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(response.req.method === 'HEAD' ? undefined : `${sentence}\n`);
}

function notBuilt(folder: string, cause?: unknown): ContinuoError {
  return new ContinuoError(
    'FILE_READ',
    `The panel is expected in ${folder}, but there is no index.html there.`,
    'Build it with: npm run build',
    { cause },
  );
}
