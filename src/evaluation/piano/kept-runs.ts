import { appendFileSync, truncateSync } from 'node:fs';
import { ContinuoError } from '../../errors.js';
import { isAbsent, readRegularFile } from '../../read-file.js';

/** The saved runs of one model. */
interface RunsOfModel<Run> {
  /** undefined if the run has not been played. */
  get(index: number): Run | undefined;
  add(index: number, run: Run): void;
}

/** A log of measured runs, written as they finish, so that an interrupted evaluation can resume. */
export interface KeptRuns<Run> {
  /** The runs of one model, plugin and set of parameters. */
  of(player: object): RunsOfModel<Run>;
}

/** Size limit in bytes, far more than any evaluation writes. */
const MOST = 256 * 2 ** 20;

/**
 * Opens the log at `path`, with one JSON line per run. Reuses the runs that were played with the same `settings`, and drops an
 * incomplete last line. Throws FILE_READ if the file is not such a log, FILE_WRITE.
 */
export async function keepRuns<Run>(path: string, settings: object): Promise<KeptRuns<Run>> {
  const text = String(await readRegularFile(path, MOST).catch(nothingWhereAbsent));
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const known = new Map<string, Run>();
  for (const [number, line] of whole.split('\n').slice(0, -1).entries()) {
    const said = parsed(line);
    if (said === null) throw notKept(path, number + 1);
    known.set(said.of, said.run as Run);
  }
  return {
    of(player) {
      const name = (index: number) => JSON.stringify({ ...settings, ...player, index });
      return {
        get: (index) => known.get(name(index)),
        add(index, run) {
          append(path, `${JSON.stringify({ of: name(index), run })}\n`);
        },
      };
    },
  };
}

function nothingWhereAbsent(error: Error): string {
  if (isAbsent(error)) return '';
  throw error;
}

function parsed(line: string): { readonly of: string; readonly run: unknown } | null {
  try {
    // JSON stores NaN as null.
    const said = JSON.parse(line, (_, value: unknown) => value ?? Number.NaN) as {
      of?: unknown;
      run?: unknown;
    } | null;
    return typeof said?.of === 'string' && said.run !== undefined ? { of: said.of, run: said.run } : null;
  } catch {
    return null;
  }
}

function notKept(path: string, number: number): ContinuoError {
  return new ContinuoError(
    'FILE_READ',
    `${path}, line ${number}: expected a run of continuo evaluate piano, but something else is there.`,
    'Give --keep a file of its own: one that is not there yet is made.',
  );
}

function append(path: string, text: string): void {
  try {
    appendFileSync(path, text);
  } catch (error) {
    throw new ContinuoError(
      'FILE_WRITE',
      `${path} cannot be written: ${(error as Error).message}`,
      undefined,
      {
        cause: error,
      },
    );
  }
}
