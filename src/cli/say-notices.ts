import type { LiveSession } from '../host/live/live-session.js';
import { printable } from './printable.js';

/** What to do at a terminal about a notice, where its words do not say. */
const OPTIONS: Readonly<Record<string, string>> = {
  CHANNEL_IGNORED: ' From a terminal: --in-channel.',
};

/** Says on stderr what a player should know, as it happens: of ports and channels, and with `all` whatever else goes wrong. */
export function sayNotices(session: Pick<LiveSession, 'subscribe'>, all: boolean): void {
  session.subscribe((event) => {
    if (event.type !== 'trouble' || !(all || /^(PORT|CHANNEL)_/.test(event.code))) return;
    process.stderr.write(`\n${printable(event.message)}${OPTIONS[event.code] ?? ''} [${event.code}]\n`);
  });
}
