import type { TuneType } from '../../../music/abc/tune-type.js';
import { NO_ACCIDENTAL, SIGNS, type Sign, tokenRole } from './grammar-tokens.js';

/** How one part of a tune, or one of its endings, ends. */
export interface Cadence {
  /** An earlier part exists. */
  readonly later: boolean;
  /** This is the end of the tune. Always false before the `</s>` token. */
  readonly last: boolean;
  /** The last bar equals the last bar of an earlier part, or of one of that part's endings. */
  readonly again: boolean;
  /** The last note is the tonic C, judged by the note's own token: accidentals earlier in the bar are ignored. */
  readonly tonic: boolean;
}

/** The tune type of a token sequence (its first token); null if the sequence has none. */
export function saidType(tokens: readonly number[]): TuneType | null {
  const sign = SIGNS[tokens[0] ?? -1];
  return sign?.kind === 'type' ? sign.type : null;
}

/** A section of fewer bars is a pickup before the first repeat sign, not a part. */
const LEAST_BARS = 2;

/** The cadences of a tune's parts, in order. For an unfinished tune: the cadences so far. */
export function cadencesOf(tokens: readonly number[]): Cadence[] {
  const found: Cadence[] = [];
  /** Last bars, as text: (part, ending). */
  const parts: string[][] = [];
  let [bar, last, bars] = ['', '', 0];
  let [tonic, second, over] = [false, false, false];
  for (const token of tokens) {
    const sign = SIGNS[token]!;
    if (sign.kind === 'pitch') tonic = isTonic(sign);
    const role = tokenRole(token);
    if (role === 'music') bar += ` ${token}`;
    if (role !== 'bar') continue;
    if (bar !== '') {
      last = bar;
      bars++;
      bar = '';
    }
    if (!ends(sign)) continue;
    if (second) {
      // A second ending belongs to the part of the first ending.
      found.push(cadence(parts.slice(0, -1), last, tonic));
      parts.at(-1)!.push(last);
    } else if (bars >= LEAST_BARS) {
      found.push(cadence(parts, last, tonic));
      parts.push([last]);
    }
    bars = 0;
    if (sign.kind === 'end') over = true;
    second = sign.kind === 'volta' && parts.length > 0;
  }
  return over ? found.map((end, index) => ({ ...end, last: index === found.length - 1 })) : found;
}

function cadence(earlier: readonly (readonly string[])[], bar: string, tonic: boolean): Cadence {
  const again = earlier.some((ends) => ends.includes(bar));
  return { later: earlier.length > 0, last: false, again, tonic };
}

function isTonic({ step, accidental }: Extract<Sign, { kind: 'pitch' }>): boolean {
  return step % 7 === 0 && (accidental === 0 || accidental === NO_ACCIDENTAL);
}

/** Whether this sign ends a part or one of its endings. */
function ends(sign: Sign): boolean {
  if (sign.kind === 'bar') return sign.line !== '|';
  return sign.kind === 'volta' ? sign.ending !== '1' : sign.kind === 'end';
}
