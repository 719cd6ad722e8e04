import { appendFileSync, truncateSync } from 'node:fs';
import { ContinuoError } from '../../errors.js';
import { isAbsent, readRegularFile } from '../../read-file.js';

/** What has come of a model's runs so far. */
interface RunsOfModel<Run> {
  /** undefined where it has not been played. */
  get(index: number): Run | undefined;
  add(index: number, run: Run): void;
}

/** Runs, measured in numbers, that are written down as they come, so that a long evaluation that was stopped goes on where it stopped. */
export interface KeptRuns<Run> {
  /** Those of one model, plugin and parameters. */
  of(player: object): RunsOfModel<Run>;
}

/** Far more than any evaluation writes. */
const MOST = 256 * 2 ** 20;

/**
 * Opens `path`, one JSON line a run; what is there counts where it was played with the same `settings`. A last line that was cut short
 * is left out. Throws FILE_READ where the file is none of its own, FILE_WRITE.
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
    // Not a number is null in JSON.
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
