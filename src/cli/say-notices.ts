import type { LiveSession } from '../host/live/live-session.js';
import { printable } from './printable.js';

/** Which option helps with a notice, where its own words speak of the panel. */
const OPTIONS: Readonly<Record<string, string>> = {
  CHANNEL_IGNORED: ' From a terminal: --in-channel.',
};

/** Prints a session's notices on stderr as they come: those about ports and channels, and with `all` every other one. */
export function sayNotices(session: Pick<LiveSession, 'subscribe'>, all: boolean): void {
  session.subscribe((event) => {
    if (event.type !== 'trouble' || !(all || /^(PORT|CHANNEL)_/.test(event.code))) return;
    process.stderr.write(`\n${printable(event.message)}${OPTIONS[event.code] ?? ''} [${event.code}]\n`);
  });
}
