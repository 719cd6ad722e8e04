import { ContinuoError } from '../errors.js';

/** What a person reads when something went wrong. A defect names itself as one; its stack is shown on request only. */
export function explain(error: unknown): void {
  if (error instanceof ContinuoError) {
    const hint = error.hint === undefined ? '' : `\n  ${error.hint}`;
    process.stderr.write(`continuo: ${error.message}${hint}\n  [${error.code}]\n`);
    process.exitCode = error.code === 'COMMAND_UNKNOWN' || error.code.startsWith('OPTION_') ? 2 : 1;
    return;
  }
  // citty's own complaints (a required argument that is missing) are meant for people.
  if (error instanceof Error && error.name === 'CLIError') {
    process.stderr.write(`continuo: ${error.message}\n  --help says what there is.\n  [OPTION_VALUE]\n`);
    process.exitCode = 2;
    return;
  }
  const what =
    error instanceof Error ? (process.env.CONTINUO_DEBUG ? error.stack : error.message) : String(error);
  process.stderr.write(
    `continuo: a defect of the program: ${what}\n  Please report it; CONTINUO_DEBUG=1 shows where it happened.\n`,
  );
  process.exitCode = 70;
}
