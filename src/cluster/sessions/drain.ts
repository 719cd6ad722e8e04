import type { LiveSession } from '../../host/live/live-session.js';
import type { Sessions } from '../../host/sessions/sessions.js';

/** A session that nobody lets rest is given up after so long all the same, in milliseconds. */
export const LONGEST_DRAIN_MS = 8000;

/**
 * Gives up all sessions of a host that ends: each between two phrases, so that nobody's note is cut, or after a while. Resolves when the
 * last one is given up. `give` throws where one cannot be.
 */
export async function drain(
  directory: Pick<Sessions<LiveSession>, 'list' | 'get'>,
  give: (id: string) => Promise<void>,
  longest = LONGEST_DRAIN_MS,
): Promise<void> {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), longest);
  try {
    await Promise.all(
      directory.list().map(async ({ id }) => {
        await untilItRests(directory.get(id), enough.signal);
        await give(id);
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when no turn and no phrase is under way. */
async function untilItRests(
  session: Pick<LiveSession, 'brief' | 'subscribe'>,
  enough: AbortSignal,
): Promise<void> {
  const rests = () => ['waiting', 'stopped'].includes(session.brief().phase);
  await new Promise<void>((resolve) => {
    const end = () => {
      unsubscribe();
      enough.removeEventListener('abort', end);
      resolve();
    };
    const unsubscribe = session.subscribe(({ type }) => {
      if (type === 'phase' && rests()) end();
    });
    enough.addEventListener('abort', end);
    if (rests() || enough.aborted) end();
  });
}
