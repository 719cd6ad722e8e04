import { ContinuoError } from '../../errors.js';
import type { ReworkWhat } from '../../plugins/folk/rework/tune.js';

export const reworkArgs = {
  keep: {
    type: 'string',
    description:
      'Of the tune given as --prime, keep these bars or parts, such as A or 1-4, and make the rest anew',
    valueHint: 'BARS|PART',
  },
  redo: {
    type: 'string',
    description:
      'Of the tune given as --prime, make these bars anew, such as 7-8: of 32 (or --best-of) the best with the bars kept',
    valueHint: 'BARS|PART',
  },
  vary: {
    type: 'string',
    description: 'A variation of a tune: about half of its bars anew, not the first and last of a part',
    valueHint: 'FILE',
  },
} as const;

export interface ReworkArgs {
  readonly keep?: string | undefined;
  readonly redo?: string | undefined;
  readonly vary?: string | undefined;
  readonly prime?: string | undefined;
}

/** What is to be made anew, and of which file; undefined where nothing is. Throws OPTION_VALUE. */
export function reworkOf({
  keep,
  redo,
  vary,
  prime,
}: ReworkArgs): { readonly file: string; readonly what: ReworkWhat } | undefined {
  const given = Object.entries({ keep, redo, vary }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (given.length === 0) return undefined;
  if (given.length > 1)
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${given.join(' and --')} do not go together.`,
      'Give one of them.',
    );
  if (vary !== undefined) {
    if (prime === undefined) return { file: vary, what: { vary: true } };
    throw new ContinuoError('OPTION_VALUE', '--vary names the tune itself, and goes without --prime.');
  }
  if (prime === undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${given[0]} takes bars of a tune, and there is none.`,
      'Give its file with --prime FILE, or --prime - for standard input.',
    );
  }
  return { file: prime, what: redo === undefined ? { keep: keep! } : { redo } };
}

/** These are the tune's own. Throws OPTION_VALUE. */
export function requireOwn(given: Readonly<Record<string, string | undefined>>): void {
  const name = Object.keys(given).find((name) => given[name] !== undefined);
  if (name === undefined) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--${name} does not go with --keep, --redo and --vary: that is as in the tune given.`,
    `Leave out --${name}; continuo abc transpose changes a tune's key.`,
  );
}
