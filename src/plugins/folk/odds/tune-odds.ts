import { objectAt } from '../../../model/json.js';
import { saidType } from '../codec/cadences.js';
import { type CadenceOdds, parseCadenceOdds } from './cadence-odds.js';
import { type NoteOdds, parseNoteOdds } from './note-odds.js';

/**
 * A network that learns token by token hardly hears what becomes of a whole tune that it goes on with by itself: what is a little too
 * rare makes itself rarer. How much likelier things are among people's tunes than among those it makes is weighed in when tunes are
 * made: a residual model over whole sequences (Deng et al., Residual Energy-Based Models for Text Generation, 2020).
 */
export interface KindOdds {
  readonly cadences: CadenceOdds;
  readonly notes: NoteOdds;
}

/**
 * The odds of each kind of tune, by the name of its type, UNTYPED or OTHERS: `userDefinedMetadata.continuo.odds` of a model folder;
 * `fitOdds` finds them.
 */
export type TuneOdds = Readonly<Record<string, KindOdds>>;

export const UNTYPED = 'untyped';
/** Types that have no odds of their own. */
export const OTHERS = 'others';

/** Reads a folder's odds; undefined where it has none. Throws MODEL_BROKEN. */
export function parseTuneOdds(value: unknown): TuneOdds | undefined {
  if (value === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo.odds';
  return Object.fromEntries(
    Object.entries(objectAt(value, place)).map(([kind, odds]) => {
      const here = `${place}.${kind}`;
      const { cadences, notes } = objectAt(odds, here);
      return [
        kind,
        {
          cadences: parseCadenceOdds(cadences, `${here}.cadences`),
          notes: parseNoteOdds(notes, `${here}.notes`),
        },
      ];
    }),
  );
}

/** The kind of a tune. */
export function kindOf(tokens: readonly number[]): string {
  return saidType(tokens) ?? UNTYPED;
}

/** The odds of a tune of these tokens, which have its header. */
export function oddsOf(odds: TuneOdds | undefined, tokens: readonly number[]): KindOdds | undefined {
  return oddsOfKind(odds, kindOf(tokens));
}

/** The odds of a kind of tune: the name of a type, or UNTYPED. */
export function oddsOfKind(odds: TuneOdds | undefined, kind: string): KindOdds | undefined {
  return odds?.[kind] ?? odds?.[OTHERS];
}
