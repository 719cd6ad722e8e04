import type { ArgsDef } from 'citty';
import { connectHost } from '../../client/connect.js';
import type { HostClient, SessionEntry } from '../../client/host-client.js';
import { ContinuoError } from '../../errors.js';

/** Where `continuo start` listens by default. */
export const USUAL_ADDRESS = 'http://127.0.0.1:8137/';

/** Options of each command that asks a running host. */
export const HOST_ARGS = {
  url: {
    type: 'string',
    default: USUAL_ADDRESS,
    description: 'The address of the host, as it prints it',
    valueHint: 'URL',
  },
  token: {
    type: 'string',
    description:
      "The host's token, where its address does not have it (default: the environment's CONTINUO_TOKEN)",
    valueHint: 'WORD',
  },
  json: { type: 'boolean', default: false, description: 'Print the answer as JSON' },
} as const satisfies ArgsDef;

/** A session, as every command of `continuo sessions` takes one. */
export const SESSION = {
  type: 'positional',
  description: 'A session: its id, its name, or the beginning of one of them',
  valueHint: 'SESSION',
  required: true,
} as const;

/** What {@link HOST_ARGS} ask for. */
interface HostArgs {
  readonly url: string;
  readonly token?: string | undefined;
}

/** Asks a running host. Throws HOST_UNREACHABLE, HOST_TOKEN, HOST_REFUSED, OPTION_VALUE, and what `ask` throws. */
export async function atHost<T>({ url, token }: HostArgs, ask: (host: HostClient) => Promise<T>): Promise<T> {
  const shown = token ?? process.env.CONTINUO_TOKEN;
  const host = await connectHost(url, shown === undefined ? {} : { token: shown });
  try {
    return await ask(host);
  } finally {
    host.close();
  }
}

/** How to say that none is meant. */
interface NoneMeant {
  readonly what: string;
  readonly none: string;
  readonly some: string;
}

const NONE_OPEN: NoneMeant = {
  what: 'in this host',
  none: 'None is open; continuo sessions open opens one.',
  some: 'Open are',
};

/** The session that a user means. Throws SESSION_NOT_FOUND, and OPTION_VALUE where it may be several. */
export function sessionMeant<S extends Pick<SessionEntry, 'id' | 'name'>>(
  wanted: string,
  sessions: readonly S[],
  said = NONE_OPEN,
): S {
  const needle = wanted.trim().toLowerCase();
  const names = ({ id, name }: S) => [id, name.toLowerCase()];
  const rules: ((name: string) => boolean)[] = [
    (name) => name === needle,
    (name) => needle !== '' && name.startsWith(needle),
  ];
  for (const fits of rules) {
    const found = sessions.filter((entry) => names(entry).some(fits));
    if (found.length === 1) return found[0]!;
    if (found.length > 1)
      throw new ContinuoError(
        'OPTION_VALUE',
        `${JSON.stringify(wanted)} may be ${found.length} sessions: ${found.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
        'Give the id.',
      );
  }
  throw new ContinuoError(
    'SESSION_NOT_FOUND',
    `There is no session ${JSON.stringify(wanted)} ${said.what}.`,
    sessions.length === 0
      ? said.none
      : `${said.some} ${sessions.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
  );
}

/** The address of a session's panel, for people; without the token. */
export function panelOf(url: string, id: string): string {
  const page = new URL('/', url.replace(/^ws/, 'http'));
  return `${page.href}#session=${id}`;
}
