import type { TuneType } from '../../../music/abc/tune-type.js';
import { NO_ACCIDENTAL, SIGNS, type Sign, tokenRole } from './grammar-tokens.js';

/** How a part ends, or one of its endings. */
export interface Cadence {
  /** There is an earlier part. */
  readonly later: boolean;
  /** The tune ends with it, as far as its tokens go. */
  readonly last: boolean;
  /** Its last bar is that of an earlier part, or of one of that part's endings. */
  readonly again: boolean;
  /** Its last note is the tonic, C, as far as the note's own token says. */
  readonly tonic: boolean;
}

/** The type that a tune's tokens say; null where they say none. */
export function saidType(tokens: readonly number[]): TuneType | null {
  const sign = SIGNS[tokens[0] ?? -1];
  return sign?.kind === 'type' ? sign.type : null;
}

/** Less is a pickup before the first repeat, not a part. */
const LEAST_BARS = 2;

/** The ends of a tune's parts, in order; of a tune that still grows, those so far. */
export function cadencesOf(tokens: readonly number[]): Cadence[] {
  const found: Cadence[] = [];
  /** Last bars: (part, ending) */
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
      // It ends the part that the first ending has ended.
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

/** Whether a part, or one of its endings, ends with it. */
function ends(sign: Sign): boolean {
  if (sign.kind === 'bar') return sign.line !== '|';
  return sign.kind === 'volta' ? sign.ending !== '1' : sign.kind === 'end';
}
