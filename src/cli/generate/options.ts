import { randomInt } from 'node:crypto';
import { ContinuoError } from '../../errors.js';
import { SHORTEST_RUN } from '../../plugins/folk/codec/novelty-index.js';
import { MOST_PARTICLES } from '../../plugins/folk/generate/cadence.js';
import { customary } from '../../plugins/folk/generate/customary.js';
import type { TuneWish } from '../../plugins/folk/generate/rules.js';
import { requireTempo } from '../../plugins/folk/generate/tempo-wish.js';
import { integerOption, numberOption } from '../options.js';
import { BARS, FORM, type FolkArgs, PARTICLES } from './args.js';
import { requireOwn, reworkOf } from './rework.js';

const MOST_TUNES = 100_000;
const MOST_CANDIDATES = 1000;
const LONGEST_TITLE = 200;

/** What `continuo generate folk` was asked for. Throws OPTION_VALUE. */
export function folkOptions(args: FolkArgs) {
  const { wishes, notes } = wishesOf(args.type, args.key, {
    ...(args.meter === undefined ? {} : { meter: args.meter }),
    form: args.form,
    bars: integerOption('bars', args.bars, 2, 64),
    range: args.range,
  });
  const most =
    args['most-shared'] === undefined
      ? undefined
      : integerOption('most-shared', args['most-shared'], SHORTEST_RUN, 1000);
  const novel = args.novel || most !== undefined;
  const count = integerOption('count', args.count, 1, MOST_TUNES);
  const bestOf = integerOption('best-of', args['best-of'], 1, MOST_CANDIDATES);
  const lookAhead = integerOption('look-ahead', args['look-ahead'], 1, MOST_PARTICLES);
  const temperature = numberOption('temperature', args.temperature, 0.1, 2);
  const topP = numberOption('top-p', args['top-p'], 0.1, 1);
  const lilt = args.lilt === undefined ? 1 : numberOption('lilt', args.lilt, 0, 1);
  if (args.lilt !== undefined && args.midi === undefined)
    throw new ContinuoError('OPTION_VALUE', '--lilt goes with --midi.', 'Give both.');
  const seed =
    args.seed === undefined
      ? randomInt(2 ** 31)
      : integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
  if (args.chords) throw tooFewChords();
  const { title, tempo, tune } = args;
  if (title !== undefined) requireTitle(title);
  if (tempo !== undefined) requireTempo(tempo);
  const rework = reworkOf(args);
  requireStreamable(args.stream, args.json || novel || rework !== undefined, args.out);
  if (rework) requireAsGiven(args);
  if (tune !== undefined && rework === undefined && args.prime === undefined)
    throw new ContinuoError(
      'OPTION_VALUE',
      '--tune says which tune of a file is meant, and there is no file.',
      'Give it with --prime FILE or --vary FILE.',
    );
  return {
    ...{ wishes, notes, most, novel, count, bestOf, lookAhead, temperature, topP, lilt, seed, rework, tune },
    ...(title === undefined ? {} : { title: title.trim() }),
    ...(tempo === undefined ? {} : { tempo }),
  };
}

/** Types and keys may be lists: each type comes in each key, in turn. */
function wishesOf(
  types: string | undefined,
  keys: string | undefined,
  rest: Omit<TuneWish, 'type' | 'key'>,
): { readonly wishes: readonly TuneWish[]; readonly notes: readonly string[] } {
  const list = (text: string | undefined) => (text === undefined ? [undefined] : text.split(','));
  const wishes = list(keys).flatMap((key) =>
    list(types).map((type) =>
      customary({
        ...(type === undefined ? {} : { type }),
        ...(key === undefined ? {} : { key }),
        ...rest,
      }),
    ),
  );
  return {
    wishes: wishes.map(({ wish }) => wish),
    notes: wishes.flatMap(({ note }) => note ?? []),
  };
}

/**
 * Harmony is not made up: it would be fitted to tunes that have it. Counted in the four books that the bundled model has learnt from
 * (5,142 tunes): 19 have a chord symbol, and two of them four or more; 200 would do for a table.
 */
function tooFewChords(): ContinuoError {
  return new ContinuoError(
    'OPTION_VALUE',
    'Chord symbols cannot be learnt: of the 5,142 tunes of the training books 19 have any, and 2 have four or more.',
    'Leave out --chords. Symbols that you write into a tune stay when bars are made anew, and continuo abc midi --chords plays them.',
  );
}

function requireTitle(title: string): void {
  if (title.trim() !== '' && title.length <= LONGEST_TITLE) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--title takes a name of 1 to ${LONGEST_TITLE} characters, not ${title.length}.`,
    'Give the name that stands in T:.',
  );
}

function requireAsGiven({ type, key, meter, form, bars, 'look-ahead': particles }: FolkArgs): void {
  if (particles !== PARTICLES)
    throw new ContinuoError(
      'OPTION_VALUE',
      '--look-ahead does not go with --keep, --redo and --vary: they choose among candidates of their own.',
      'Leave it out.',
    );
  requireOwn({
    type,
    key,
    meter,
    form: form === FORM ? undefined : form,
    bars: bars === BARS ? undefined : bars,
  });
}

function requireStreamable(stream: boolean, whole: boolean, out: string): void {
  if (!stream || (!whole && out === '-')) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    '--stream prints tunes as they come, which does not go with --json, --novel, --keep, --redo, --vary or --out.',
    'Leave one of them out.',
  );
}
