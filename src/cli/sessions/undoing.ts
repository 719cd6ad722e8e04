import { defineCommand } from 'citty';
import { connectSession } from '../../client/connect.js';
import { printable } from '../printable.js';
import { atHost, HOST_ARGS, SESSION, sessionMeant } from './at-host.js';

/** `continuo sessions undo` and `redo`. */
export const undoing = (what: 'undo' | 'redo') =>
  defineCommand({
    meta: {
      name: what,
      description:
        what === 'undo'
          ? 'Undo what was changed last in a session: a parameter, the mode, the model, or what was taken back.'
          : 'Make the change of a session that was undone last again.',
    },
    args: { session: { ...SESSION, required: false }, ...HOST_ARGS },
    async run({ args }) {
      const { entry, label, next } = await atHost(args, async ({ sessions }) => {
        const entry = sessionMeant(args.session ?? sessions[0]?.id ?? '', sessions);
        return { entry, ...(await changeIn(entry.id, { ...args, what })) };
      });
      const { id, name } = entry;
      const said = args.json
        ? JSON.stringify({ id, name, [what === 'undo' ? 'undone' : 'redone']: label, next })
        : `${label} is ${what === 'undo' ? 'undone' : 'made again'} in ${name}.`;
      process.stdout.write(`${printable(said)}\n`);
    },
  });

interface ChangeIn {
  readonly url: string;
  readonly token?: string | undefined;
  readonly what: 'undo' | 'redo';
}

/** Undoes or redoes in a session; returns what, and what would come next. */
async function changeIn(session: string, { url, token = process.env.CONTINUO_TOKEN, what }: ChangeIn) {
  const client = await connectSession(url, { session, ...(token !== undefined && { token }) });
  try {
    let { undoable } = client.welcome.description;
    client.on('undoable', (told) => {
      undoable = told;
    });
    const label = undoable?.[what]?.label ?? 'The last change';
    await client[what]();
    return { label, next: undoable?.[what]?.label ?? null };
  } finally {
    client.close();
  }
}
