import type { LiveSession } from '../host/live-session.js';

/** Says on the terminal when a session that should be recorded is not, and when it is again. */
export function sayRecording(session: LiveSession): void {
  session.subscribe((event) => {
    if (event.type !== 'recording') return;
    process.stderr.write(
      event.failure === null
        ? '\nRecording again.\n'
        : `\nNot recording: ${event.failure}\n  It is tried again each second. --takes names another folder.\n`,
    );
  });
}

/** Says where the take is, for a program that ends, below what stands in the terminal's last line. */
export function sayTake(session: LiveSession): void {
  const line = takeLine(session);
  if (line !== '' || process.stdout.isTTY) process.stdout.write(`\n${line}`);
}

function takeLine(session: LiveSession): string {
  const { takeFolder, notRecording } = session;
  if (takeFolder === null) return notRecording === null ? '' : `Nothing was recorded: ${notRecording}\n`;
  return `The take is in ${takeFolder}${notRecording === null ? '' : `, but not to its end: ${notRecording}`}\n`;
}
