import type { ArgsDef } from 'citty';
import { connectSession } from '../../client/connect.js';
import type { SessionClient, Snapshot } from '../../client/session-client.js';
import { ContinuoError } from '../../errors.js';
import { atHost, HOST_ARGS, sessionMeant } from '../sessions/at-host.js';

/** Options of each command about the snapshots of a session. */
export const SESSION_ARGS = {
  session: {
    type: 'string',
    description: "The session: its id, its name, or the beginning of one (default: the host's first)",
    valueHint: 'SESSION',
  },
  ...HOST_ARGS,
} as const satisfies ArgsDef;

/** A snapshot, as every command takes one. */
export const SNAPSHOT = {
  type: 'positional',
  description: 'A snapshot: its id, its name, or the beginning of one of them',
  valueHint: 'SNAPSHOT',
  required: true,
} as const;

/** What {@link SESSION_ARGS} ask for. */
interface SessionArgs {
  readonly session?: string | undefined;
  readonly url: string;
  readonly token?: string | undefined;
}

/** Asks a session of a running host. Throws SESSION_NOT_FOUND, HOST_UNREACHABLE, HOST_TOKEN, and what `ask` throws. */
export async function atSession<T>(
  args: SessionArgs,
  ask: (session: SessionClient) => Promise<T>,
): Promise<T> {
  const id = await atHost(args, async ({ sessions }) =>
    args.session === undefined ? sessions[0]?.id : sessionMeant(args.session, sessions).id,
  );
  if (id === undefined)
    throw new ContinuoError(
      'SESSION_NOT_FOUND',
      'No session is open in this host.',
      'continuo sessions open opens one.',
    );
  const token = args.token ?? process.env.CONTINUO_TOKEN;
  const session = await connectSession(args.url, { session: id, ...(token !== undefined && { token }) });
  try {
    return await ask(session);
  } finally {
    session.close();
  }
}

/** The snapshot that a user means. Throws SNAPSHOT_UNKNOWN, and OPTION_VALUE where it may be several. */
export function snapshotMeant(wanted: string, snapshots: readonly Snapshot[]): Snapshot {
  const needle = wanted.trim().toLowerCase();
  const named = (list: readonly Snapshot[]) => list.map(({ id, name }) => `${id} (${name})`).join(', ');
  const rules: ((name: string) => boolean)[] = [
    (name) => name === needle,
    (name) => needle !== '' && name.startsWith(needle),
  ];
  for (const fits of rules) {
    const found = snapshots.filter(({ id, name }) => fits(id) || fits(name.toLowerCase()));
    if (found.length === 1) return found[0]!;
    if (found.length > 1)
      throw new ContinuoError(
        'OPTION_VALUE',
        `${JSON.stringify(wanted)} may be ${found.length} snapshots: ${named(found)}.`,
        'Give the id.',
      );
  }
  throw new ContinuoError(
    'SNAPSHOT_UNKNOWN',
    `There is no snapshot ${JSON.stringify(wanted)} in this session.`,
    snapshots.length === 0
      ? 'None is kept; continuo snapshots keep keeps one.'
      : `Kept are ${named(snapshots)}.`,
  );
}
