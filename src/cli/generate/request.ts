import { randomInt } from 'node:crypto';
import { ContinuoError } from '../../errors.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { AskedOptions } from '../../plugin/compose-request.js';
import { readOptions } from '../option-flags.js';
import { integerOption } from '../options.js';
import { extraExports, type FlagArgs, flagOf } from './flag-names.js';
import { MOST_PIECES } from './flags.js';
import { type GivenSource, givenPiece } from './given.js';

/** The request from the command line. */
export interface Asked {
  readonly options: AskedOptions;
  readonly count: number;
  readonly seed: number;
  readonly given: GivenSource | undefined;
  readonly out: string;
  /** Folders for further exports, by export name. */
  readonly folders: ReadonlyMap<string, string>;
  readonly json: boolean;
  readonly stream: boolean;
}

/** Parses the arguments of `continuo generate ID`. Throws OPTION_VALUE. */
export function readArgs(args: FlagArgs, compose: ComposeDescriptor): Asked {
  const options = readOptions(args, compose.options);
  const folders = foldersOf(args, compose);
  requireExports(options, folders, compose);
  const given = givenPiece(args, compose, options);
  // The flags `out` and `count` have defaults that are strings.
  const { out, count } = args as { readonly out: string; readonly count: string };
  const [json, stream] = [args.json === true, args.stream === true];
  if (stream && (json || out !== '-'))
    throw new ContinuoError(
      'OPTION_VALUE',
      `--stream prints ${compose.piece.many} as they come, which does not go with --${json ? 'json' : 'out'}.`,
      'Leave one of them out.',
    );
  return {
    ...{ options, folders, given, out, json, stream },
    count: integerOption('count', count, 1, MOST_PIECES),
    seed:
      typeof args.seed === 'string'
        ? integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER)
        : randomInt(2 ** 31),
  };
}

function foldersOf(args: FlagArgs, compose: ComposeDescriptor): Map<string, string> {
  return new Map(
    extraExports(compose).flatMap((name) => {
      const folder = args[flagOf(name)];
      return typeof folder === 'string' ? [[name, folder] as const] : [];
    }),
  );
}

/** Rejects options of an export that was not requested, since they would have no effect. Throws OPTION_VALUE. */
function requireExports(
  options: AskedOptions,
  folders: ReadonlyMap<string, string>,
  compose: ComposeDescriptor,
): void {
  const extra = extraExports(compose);
  for (const [id, { param, ofExport }] of Object.entries(compose.options)) {
    if (ofExport === undefined || !extra.includes(ofExport) || folders.has(ofExport)) continue;
    if (options[id] === undefined || (param.type === 'toggle' && options[id] === param.default)) continue;
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${flagOf(id)} goes with --${flagOf(ofExport)}.`,
      'Give both, or neither.',
    );
  }
}
