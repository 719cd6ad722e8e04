import type { LiveSession } from '../../host/live/live-session.js';
import { printable } from '../printable.js';

/** Prints when a session cannot be recorded any more, and when it can again. */
export function sayRecording(session: LiveSession): void {
  session.subscribe((event) => {
    if (event.type !== 'recording') return;
    process.stderr.write(
      event.failure === null
        ? '\nRecording again.\n'
        : `\nNot recording: ${printable(event.failure)}\n  --takes names another folder.\n`,
    );
  });
}

/** Prints where the take is, as the program ends, on a line of its own. */
export function sayTake(session: LiveSession): void {
  const line = takeLine(session);
  if (line !== '' || process.stdout.isTTY) process.stdout.write(`\n${line}`);
}

/** Where the take of a session is, as a line; empty where none was wanted. */
export function takeLine(session: LiveSession): string {
  const { takeFolder, notRecording } = session;
  if (takeFolder === null) return notRecording === null ? '' : `Nothing was recorded: ${notRecording}\n`;
  return notRecording === null
    ? `The take is in ${takeFolder}\n`
    : `The take in ${takeFolder} is not whole: ${notRecording}\n`;
}
