import { ContinuoError } from '../../errors.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { AskedOptions } from '../../plugin/compose-request.js';
import type { GivenPiece } from '../../plugin/composer.js';
import { integerOption } from '../options.js';
import { type FlagArgs, flagOf, givesFiles, namedEdits, takesPrime } from './flag-names.js';

/** A given piece, by the file or text that contains it. */
export type GivenSource = Omit<GivenPiece, 'text'> & { readonly source: string };

/** The given piece and the edit to make; undefined if none is given. Throws OPTION_VALUE if flags conflict. */
export function givenPiece(
  args: FlagArgs,
  compose: ComposeDescriptor,
  options: AskedOptions,
): GivenSource | undefined {
  const { edits, givenEdit, piece } = compose;
  const named = namedEdits(compose).filter((edit) => typeof args[flagOf(edit)] === 'string');
  if (named.length > 1)
    throw refused(
      `${named.map((edit) => `--${flagOf(edit)}`).join(' and ')} do not go together.`,
      'Give one of them.',
    );
  const prime = textOf(args, 'prime');
  const which = givesFiles(compose) ? textOf(args, piece.one) : undefined;
  const edit = named[0] ?? (prime === undefined ? undefined : givenEdit);
  if (edit === undefined) {
    if (prime !== undefined) throw noEdit(compose);
    return requireNothing(args, compose, which);
  }
  requireOwn(edit, compose, options, args);
  const { takes } = edits[edit]!;
  const value = textOf(args, flagOf(edit));
  if (named.length > 0 && takes === 'nothing') {
    if (prime !== undefined)
      throw refused(
        `--${flagOf(edit)} names the ${piece.one} itself, and goes without --prime.`,
        'Leave --prime out.',
      );
    return { source: value!, edit, which };
  }
  if (prime === undefined) throw noPiece(edit, compose);
  if (takes === 'segments') return { source: prime, edit, which, segments: value! };
  const flag = named.length > 0 ? flagOf(edit) : 'after';
  const place = takes === 'place' ? textOf(args, flag) : undefined;
  const after = place === undefined ? undefined : integerOption(flag, place, 0, 100_000);
  return { source: prime, edit, which, ...(after !== undefined && { after }) };
}

function requireNothing(args: FlagArgs, compose: ComposeDescriptor, which: string | undefined): undefined {
  const { piece, edits } = compose;
  if (which !== undefined) {
    const alone = namedEdits(compose).find((edit) => edits[edit]!.takes === 'nothing');
    const ways = [
      ...(takesPrime(compose) ? ['--prime FILE'] : []),
      ...(alone === undefined ? [] : [`--${flagOf(alone)} FILE`]),
    ];
    throw refused(
      `--${piece.one} says which ${piece.one} of a file is meant, and there is no file.`,
      `Give it with ${ways.join(' or ')}.`,
    );
  }
  if (typeof args.after === 'string')
    throw refused(`--after is a place in a ${piece.one}, and none is given.`, 'Give it with --prime.');
  return undefined;
}

/** Rejects options that do not apply to the edit, such as those that stay as in the given piece. Throws OPTION_VALUE. */
function requireOwn(edit: string, compose: ComposeDescriptor, options: AskedOptions, args: FlagArgs): void {
  const { edits, givenEdit, piece } = compose;
  if (edit !== givenEdit && typeof args.after === 'string')
    throw refused(`--after does not go with --${flagOf(edit)}.`, 'Leave it out.');
  if (edit === givenEdit) return;
  const said = edits[edit]!.leavesOut?.find((id) => {
    const { param } = compose.options[id]!;
    return param.type === 'toggle' ? options[id] !== param.default : options[id] !== undefined;
  });
  if (said === undefined) return;
  throw refused(
    `--${flagOf(said)} does not go with --${flagOf(edit)}: that is as in the ${piece.one} given, or has no say here.`,
    `Leave out --${flagOf(said)}.`,
  );
}

function noPiece(edit: string, { segment, piece, preview }: ComposeDescriptor): ContinuoError {
  const way = preview === 'abc' ? '--prime FILE, or --prime - for standard input' : '--prime TEXT';
  return refused(
    `--${flagOf(edit)} takes ${segment?.many} of a ${piece.one}, and there is none.`,
    `Give it with ${way}.`,
  );
}

function noEdit(compose: ComposeDescriptor): ContinuoError {
  const edits = namedEdits(compose).filter((edit) => compose.edits[edit]!.takes !== 'nothing');
  return refused(
    `--prime gives a ${compose.piece.one}, and nothing says what becomes of it.`,
    `Add ${edits.map((edit) => `--${flagOf(edit)}`).join(' or ')}.`,
  );
}

function textOf(args: FlagArgs, flag: string): string | undefined {
  const value = args[flag];
  return typeof value === 'string' ? value : undefined;
}

function refused(message: string, hint: string): ContinuoError {
  return new ContinuoError('OPTION_VALUE', message, hint);
}
