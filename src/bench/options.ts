import { parseArgs } from 'node:util';
import { integerOption } from '../cli/options.js';
import { ContinuoError } from '../errors.js';

export interface BenchOptions {
  readonly json: boolean;
  /** Rounds in which each step is measured. */
  readonly rounds: number;
  /** Seconds of the jam; 0 skips it. */
  readonly jam: number;
  /** If there are any, only a step of each of these models is measured. */
  readonly models: readonly string[];
  /** If not null, only sessions at once are measured. */
  readonly sessions: SessionsChoice | null;
}

export interface SessionsChoice {
  /** How many at once are measured, one number after the other. */
  readonly counts: readonly number[];
  /** Seconds that each number of them is measured. */
  readonly seconds: number;
  /** The SVG file that the cost curve is drawn into. */
  readonly out: string | undefined;
}

/** Shortest jam in seconds: a shorter one has no reply. */
const LEAST_JAM = 10;
/** Shortest measurement of sessions in seconds, for the same reason. */
const LEAST_SECONDS = 10;

const COUNTS = [1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192, 256, 384, 512];
const MOST_SESSIONS = 1024;

export const HELP = `Measures the step, a tap on it, a jam, and loading a model, side by side (npm run bench)

USAGE npm run bench -- [OPTIONS]

  --rounds=<N>           How often each step is measured (Default: 40)
  --jam=<SECONDS>        How long the jam is, 10 or more; 0 leaves it out (Default: 60)
  --model=<ID|FOLDER>    One step of this model, and nothing else; may be given several times
  --sessions=<N>         What 1, 2, 4, … up to N sessions at once cost in one host, and how many it holds; nothing else.
                         1,32: these numbers of them alone
  --seconds=<SECONDS>    How long each number of sessions is measured, 10 or more (Default: 30)
  --out=<FILE.svg>       The cost curve of --sessions, drawn
  --json                 One JSON object, for scripts: npm run --silent bench -- --json
  --help                 This`;

/** Parses the command line; null means help. Throws OPTION_VALUE, OPTION_UNKNOWN. */
export function benchOptions(args: readonly string[]): BenchOptions | null {
  const { json, rounds, jam, model, help, sessions, seconds, out } = parsed(args);
  if (help) return null;
  return {
    json,
    rounds: integerOption('rounds', rounds, 1, 10_000),
    jam: jam === '0' ? 0 : integerOption('jam', jam, LEAST_JAM, 3600),
    models: model,
    sessions:
      sessions === undefined
        ? null
        : {
            counts: countsOf(sessions),
            seconds: integerOption('seconds', seconds, LEAST_SECONDS, 3600),
            out,
          },
  };
}

/** The numbers of sessions that `--sessions` asks for: those that are named, or a series up to a single one. */
function countsOf(value: string): number[] {
  const named = value.split(',').map((one) => integerOption('sessions', one, 1, MOST_SESSIONS));
  if (named.length > 1) return named;
  const [most] = named as [number];
  return [...COUNTS.filter((count) => count < most), most];
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '40' },
        jam: { type: 'string', default: '60' },
        model: { type: 'string', multiple: true, default: [] },
        sessions: { type: 'string' },
        seconds: { type: 'string', default: '30' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ContinuoError(
      code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 'OPTION_UNKNOWN' : 'OPTION_VALUE',
      message.split('\n', 1)[0]!,
      'npm run bench -- --help says what there is.',
    );
  }
}
