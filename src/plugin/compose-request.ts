import { ContinuoError } from '../errors.js';
import type { ComposeDescriptor } from './compose-descriptor.js';
import type { ComposeRequest, GivenPiece } from './composer.js';
import { checkParam, type ParamValue } from './params.js';

/** Options as they were asked for: those that were not are left out. One that takes several values may have one. */
export type AskedOptions = Readonly<Record<string, ParamValue | readonly ParamValue[] | undefined>>;

/**
 * All options, with the defaults of those that were not asked for. Throws PARAM_UNKNOWN, PARAM_VALUE, naming the option.
 */
export function completeOptions(
  { options }: Pick<ComposeDescriptor, 'options'>,
  asked: AskedOptions,
): ComposeRequest['options'] {
  const specs = Object.fromEntries(Object.entries(options).map(([id, { param }]) => [id, param]));
  const complete: Record<string, ParamValue | readonly ParamValue[]> = {};
  for (const [id, { param, several = false }] of Object.entries(options)) {
    const value = asked[id] ?? param.default;
    complete[id] = several && !isList(value) ? [value] : value;
  }
  for (const [id, value] of Object.entries({ ...asked, ...complete })) {
    if (value === undefined) continue;
    const takesSeveral = options[id]?.several === true;
    if (isList(value) && !(takesSeveral && value.length > 0))
      throw new ContinuoError(
        'PARAM_VALUE',
        `"${id}" takes ${takesSeveral ? 'at least one value' : 'one value'}; it was given ${value.length}.`,
      );
    for (const one of isList(value) ? value : [value]) checkParam(specs, id, one);
  }
  return complete;
}

/** Checks what is to be done with a piece against the edits that there are. Throws OPTION_VALUE. */
export function checkGiven(
  { edits, segment }: ComposeDescriptor,
  { edit, segments, after }: GivenPiece,
): void {
  const known = Object.hasOwn(edits, edit) ? edits[edit] : undefined;
  if (!known)
    throw new ContinuoError(
      'OPTION_VALUE',
      `There is no edit "${edit}"; there are ${Object.keys(edits).join(', ') || 'none'}.`,
    );
  const { takes } = known;
  if (takes === 'segments' && (segments ?? '').trim() === '')
    throw new ContinuoError(
      'OPTION_VALUE',
      `${edit} takes ${segment?.many ?? 'segments'}, and none were given.`,
    );
  if (takes !== 'segments' && segments !== undefined)
    throw new ContinuoError('OPTION_VALUE', `${edit} takes no ${segment?.many ?? 'segments'}.`);
  if (after === undefined) return;
  if (takes !== 'place') throw new ContinuoError('OPTION_VALUE', `${edit} takes no place.`);
  if (!Number.isInteger(after) || after < 0)
    throw new ContinuoError(
      'OPTION_VALUE',
      `${edit} takes the number of a ${segment?.one ?? 'segment'}; it was given ${after}.`,
    );
}

function isList(value: unknown): value is readonly ParamValue[] {
  return Array.isArray(value);
}
