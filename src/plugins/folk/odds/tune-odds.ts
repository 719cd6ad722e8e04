import { objectAt } from '../../../model/json.js';
import { saidType } from '../codec/cadences.js';
import { type CadenceOdds, parseCadenceOdds } from './cadence-odds.js';
import { type NoteOdds, parseNoteOdds } from './note-odds.js';

/**
 * A network trained token by token drifts when it continues its own output over a whole tune: what is a little too rare becomes
 * rarer. These odds correct it while tunes are generated, by how much likelier notes and cadences are in tunes by people than in
 * generated ones: a residual model over whole sequences (Deng et al., Residual Energy-Based Models for Text Generation, 2020).
 */
export interface KindOdds {
  readonly cadences: CadenceOdds;
  readonly notes: NoteOdds;
}

/**
 * The odds of each kind of tune, by type name, UNTYPED or OTHERS. Stored in model.json as `userDefinedMetadata.continuo.odds`;
 * fitted by `fitOdds`.
 */
export type TuneOdds = Readonly<Record<string, KindOdds>>;

export const UNTYPED = 'untyped';
/** The key for types without odds of their own. */
export const OTHERS = 'others';

/** Reads the odds of a model folder; undefined if it has none. Throws MODEL_BROKEN. */
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

/** The kind of a tune: its type name, or UNTYPED. */
export function kindOf(tokens: readonly number[]): string {
  return saidType(tokens) ?? UNTYPED;
}

/** The odds for a tune, whose tokens include its header. */
export function oddsOf(odds: TuneOdds | undefined, tokens: readonly number[]): KindOdds | undefined {
  return oddsOfKind(odds, kindOf(tokens));
}

/** The odds for a kind of tune: a type name, or UNTYPED. */
export function oddsOfKind(odds: TuneOdds | undefined, kind: string): KindOdds | undefined {
  return odds?.[kind] ?? odds?.[OTHERS];
}
