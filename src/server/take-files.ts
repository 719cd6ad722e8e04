import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContinuoError } from '../errors.js';
import type { TakesControl } from '../host/takes/library/control.js';
import { TAKES_PATH } from '../protocol/takes-protocol.js';
import { sayPlainly } from './panel-files.js';

const TYPES = { mid: 'audio/midi', abc: 'text/vnd.abc; charset=utf-8' } as const;
type Format = keyof typeof TYPES;

const STATUS: Readonly<Record<string, number>> = {
  TAKE_UNKNOWN: 404,
  TAKE_AMBIGUOUS: 404,
  TAKE_EMPTY: 404,
  TAKE_BUSY: 503,
};

/** A take that is asked for as a file; undefined where the path is not one. */
function askedBy(url: string | undefined): { readonly id: string; readonly format: Format } | undefined {
  const path = (url ?? '').split(/[?#]/, 1)[0]!;
  const [, id, format] = /^\/takes\/([^/]+)\.(mid|abc)$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  try {
    const decoded = decodeURIComponent(id);
    return /[/\\\p{Cc}]/u.test(decoded) ? undefined : { id: decoded, format: format as Format };
  } catch {
    return undefined;
  }
}

/**
 * Takes as files, for who may use the panel: the token is checked before. A page of another site may not embed or read them.
 */
export class TakeFiles {
  constructor(
    private readonly takes: TakesControl,
    private readonly defect: (error: unknown) => void,
  ) {}

  /** Whether a request is for a take; then it is answered. `affords`: see PanelFiles.serve. */
  answers(request: IncomingMessage, response: ServerResponse, affords: (bytes: number) => boolean): boolean {
    if (!request.url?.startsWith(TAKES_PATH)) return false;
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    const asked = askedBy(request.url);
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET');
      sayPlainly(response, 405, 'Only GET is answered here.');
    } else if (request.headers['sec-fetch-site'] === 'cross-site')
      sayPlainly(response, 403, 'Takes are for the pages of this host.');
    else if (asked === undefined) sayPlainly(response, 404, 'A take is at /takes/ID.mid or /takes/ID.abc.');
    else this.#send(asked, response, affords).catch(this.defect);
    return true;
  }

  async #send(
    { id, format }: { readonly id: string; readonly format: Format },
    response: ServerResponse,
    affords: (bytes: number) => boolean,
  ): Promise<void> {
    try {
      const { name, content } = await this.takes.file(id, format);
      if (response.destroyed || !affords(content.length)) return;
      response.writeHead(200, {
        'Content-Type': TYPES[format],
        'Content-Length': content.length,
        'X-Content-Type-Options': 'nosniff',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      });
      response.end(content);
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      sayPlainly(response, STATUS[error.code] ?? 500, `${error.message} ${error.hint ?? ''} [${error.code}]`);
    }
  }
}
