import { ago } from '../../ago.js';
import { ContinuoError } from '../../errors.js';
import type { SessionOffer } from '../../host/sessions/control.js';
import type { Sessions } from '../../host/sessions/sessions.js';
import type { RunningServer } from '../../server/start-server.js';
import { printable } from '../printable.js';
import { commandFor } from '../sessions/offers.js';

/** Offers that are printed as a host starts; continuo sessions lists all. */
const SHOWN = 8;

/** Throws OPTION_VALUE. */
export function requireOneResume({
  resume,
  'resume-sessions': all,
}: {
  readonly resume?: string | undefined;
  readonly 'resume-sessions': boolean;
}): void {
  if (!all || resume === undefined) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    '--resume goes on from one take, --resume-sessions from those of all sessions that were open; both were given.',
    'Leave one of them out.',
  );
}

/** Resumes all offered sessions, one after the other; what cannot be resumed is said, and offered still. */
export async function resumeAll({ offers }: Pick<Sessions, 'offers'>): Promise<void> {
  for (const { id, name } of offers.list()) {
    try {
      await offers.resume(id);
      process.stdout.write(`Resumed ${printable(name)} (${id})\n`);
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      const { message, hint, code } = error;
      process.stderr.write(
        printable(
          `continuo: ${name} (${id}) is not resumed: ${[message, hint].filter(Boolean).join(' ')} [${code}]\n`,
        ),
      );
    }
  }
}

/** Prints which sessions can be resumed, and how. */
export function sayOffered(
  offered: readonly SessionOffer[],
  { address }: Pick<RunningServer, 'address'>,
): void {
  if (offered.length === 0) return;
  const lines = offered
    .slice(0, SHOWN)
    .map(({ id, name, plugin, why, endedAt }) =>
      printable(`  before ${name} (${plugin.name}), ${why} ${ago(endedAt)}: ${commandFor(id, address)}`),
    );
  const more = offered.length - lines.length;
  if (more > 0) lines.push(`         and ${more} more: ${commandFor('--all', address)}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Prints what concerns the files of kept sessions. */
export function sayKept(code: string, message: string): void {
  process.stderr.write(`continuo: ${printable(message)} [${code}]\n`);
}
