import { ContinuoError } from '../errors.js';
import { printable } from './printable.js';

/** Prints an error for a person and sets the exit status. A defect says that it is one; its stack is shown on request only. */
export function explain(error: unknown): void {
  if (error instanceof ContinuoError) {
    const hint = error.hint === undefined ? '' : `\n  ${error.hint}`;
    say(`${error.message}${hint}\n  [${error.code}]`);
    process.exitCode = error.code === 'COMMAND_UNKNOWN' || error.code.startsWith('OPTION_') ? 2 : 1;
    return;
  }
  // citty's own complaints (a required argument that is missing) are meant for people.
  if (error instanceof Error && error.name === 'CLIError') {
    say(`${error.message}\n  --help says what there is.\n  [OPTION_VALUE]`);
    process.exitCode = 2;
    return;
  }
  const what =
    error instanceof Error ? (process.env.CONTINUO_DEBUG ? error.stack : error.message) : String(error);
  say(`a defect of the program: ${what}\n  Please report it; CONTINUO_DEBUG=1 shows where it happened.`);
  process.exitCode = 70;
}

/** Messages quote what stands in files, so they are made safe to print. */
function say(text: string): void {
  process.stderr.write(printable(`continuo: ${text}\n`));
}
