import { z } from 'zod';
import { ContinuoError } from '../errors.js';
import { type ClientMessage, clientMessage } from '../protocol/session-protocol.js';

const HINT = 'Reload the page; if that does not help, panel and host are of different versions.';

/** A message that is JSON, but none of the protocol. */
export class MalformedMessage extends ContinuoError {
  constructor(
    message: string,
    /** What it says that it is, so that its sender knows which one was refused. */
    readonly about: { readonly type: string; readonly request?: number | undefined } | undefined,
  ) {
    super('PROTOCOL_MESSAGE', message, HINT);
  }
}

const named = z.object({
  type: z.string().max(64),
  request: z.int().min(0).optional().catch(undefined),
});

/** Parses one frame of a session's client. Throws PROTOCOL_MESSAGE, naming what is wrong. */
export const readMessage: (data: Buffer, binary: boolean) => ClientMessage = readerOf(clientMessage);

/** Returns what parses one frame by a schema. The parser throws PROTOCOL_MESSAGE, naming what is wrong. */
export function readerOf<T>(schema: z.ZodType<T>): (data: Buffer, binary: boolean) => T {
  return (data, binary) => {
    if (binary)
      throw new ContinuoError('PROTOCOL_MESSAGE', 'A JSON text was expected, but a binary frame came.', HINT);
    let json: unknown;
    try {
      json = JSON.parse(data.toString('utf8'));
    } catch {
      throw new ContinuoError(
        'PROTOCOL_MESSAGE',
        `A JSON text was expected, but ${excerpt(data)} came.`,
        HINT,
      );
    }
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
    const { data: about } = named.safeParse(json);
    throw new MalformedMessage(`A message is malformed${where}: ${issue?.message}.`, about);
  };
}

/** The beginning of the data, with unprintable characters replaced. */
function excerpt(data: Buffer): string {
  const text = data
    .subarray(0, 40)
    .toString('utf8')
    .replace(/[^\x20-\x7e]/g, '·');
  return `"${text}${data.length > 40 ? '…' : ''}"`;
}
