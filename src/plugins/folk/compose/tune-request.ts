import { ContinuoError } from '../../../errors.js';
import type { ComposeRequest } from '../../../plugin/composer.js';
import { customary } from '../generate/customary.js';
import type { RequestedTune } from '../generate/rules.js';
import { requireTempo } from '../generate/tempo.js';
import type { TuneOrder } from '../generate/tunes.js';
import type manifest from '../plugin.json';
import type { ReworkWhat } from '../rework/tune.js';

export type TuneOptions = typeof manifest.compose.options;
export type TuneRequest = ComposeRequest<TuneOptions>;

/** A validated request for tunes; checks that need the model come later. */
export interface TunesAsked extends Omit<TuneOrder, 'asked' | 'admits' | 'asWritten' | 'heard'> {
  readonly options: TuneRequest['options'];
  /** The requests used in rotation: each type in each key. */
  readonly requests: readonly RequestedTune[];
  /** Notices about the requests. */
  readonly notes: readonly string[];
  readonly range: string;
  /** Whether tunes that copy a training tune are rejected, and the longest shared run allowed, if given. */
  readonly novel: boolean;
  readonly mostShared: number | null;
  readonly given: TuneGiven | undefined;
}

/** A tune given by the user and the edit to make: continue it, or regenerate some bars. */
export interface TuneGiven {
  readonly text: string;
  readonly which: string | undefined;
  readonly what: ReworkWhat | { readonly goOn: number | undefined };
}

/** Validates a request. Throws OPTION_VALUE. */
export function readRequest({ options, count, seed, given }: TuneRequest): TunesAsked {
  const { type, key, meter, form, bars, range, title, tempo, mostShared } = options;
  if (options.chords) throw tooFewChords();
  if (title !== null && title.trim() === '')
    throw new ContinuoError('OPTION_VALUE', 'The title is blank.', 'Give the name that stands in T:.');
  if (tempo !== null) requireTempo(tempo);
  const requests = key.flatMap((key) =>
    type.map((type) =>
      customary({
        ...(type !== null && { type }),
        ...(key !== null && { key }),
        ...(meter !== null && { meter }),
        ...{ form, bars, range },
      }),
    ),
  );
  const { temperature, topP, bestOf, lookAhead, novel } = options;
  return {
    requests: requests.map(({ request }) => request),
    notes: requests.flatMap(({ note }) => note ?? []),
    ...{ options, range, temperature, topP, bestOf, lookAhead, count, seed, mostShared },
    novel: novel || mostShared !== null,
    given: given && { text: given.text, which: given.which, what: whatOf(given) },
    ...(title !== null && { title: title.trim() }),
    ...(tempo !== null && { tempo }),
  };
}

function whatOf({ edit, segments = '', after }: NonNullable<TuneRequest['given']>): TuneGiven['what'] {
  switch (edit) {
    case 'redo':
      return { redo: segments };
    case 'keep':
      return { keep: segments };
    case 'vary':
      return { vary: true };
    default:
      return { goOn: after };
  }
}

/**
 * Continuo does not generate harmony: the chords would have to be fitted to tunes that have them. Of the 5,142 tunes in the four
 * books that the bundled model was trained on, 19 have a chord symbol and two have four or more; a table would need about 200.
 */
function tooFewChords(): ContinuoError {
  return new ContinuoError(
    'OPTION_VALUE',
    'Chord symbols cannot be learnt: of the 5,142 tunes of the training books 19 have any, and 2 have four or more.',
    'Leave out --chords. Symbols that you write into a tune stay when bars are made anew, and continuo abc midi --chords plays them.',
  );
}
