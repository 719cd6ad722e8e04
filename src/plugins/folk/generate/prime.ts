import { ContinuoError } from '../../../errors.js';
import { DropCount, type Dropped } from '../../../music/abc/dropped.js';
import { keyText, type Mode, plainKey } from '../../../music/abc/key.js';
import { barLength, meterText } from '../../../music/abc/meter.js';
import type { ReadTune } from '../../../music/abc/read.js';
import type { Tune } from '../../../music/abc/tune.js';
import { type TuneType, tuneTypeOf } from '../../../music/abc/tune-type.js';
import { FolkGrammar } from '../codec/grammar.js';
import { UNITS_AN_EIGHTH } from '../codec/grammar-tokens.js';
import { folkCodec } from '../codec/index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import { lengthOf, ownText } from '../rework/bars.js';
import { chosenTune } from './chosen-tune.js';
import { customary } from './customary.js';
import { type RequestedTune, type ResolvedRequest, resolveRequest, widened } from './rules.js';
import { tuneOf } from './tune.js';

/** The opening of a tune as tokens that the rules allow. Where the request says nothing, the given tune decides. */
export interface Prime {
  readonly rules: ResolvedRequest;
  readonly prime: readonly number[];
  /** The tempo of the given tune. */
  readonly tempo?: string;
  /** A notice about its type. */
  readonly note?: string;
  /** Notation of the tune that has no token. */
  readonly dropped: Dropped;
  /** The text of the tune, its titles, and the fields that are not part of the request. */
  readonly source: string;
  readonly titles: readonly string[];
  readonly fields: Tune['fields'];
}

/**
 * Reads the opening of a tune from ABC text: the tune with this X: number, or the first. Throws ABC_NO_TUNE, ABC_TOO_LARGE,
 * ABC_TUNE if it cannot be read, OPTION_VALUE if it cannot begin a tune of this request.
 */
export function primeOf(
  text: string,
  request: RequestedTune,
  learnt: readonly TuneType[],
  number?: string,
): Prime {
  const read = chosenTune(text, number);
  const tune = requireTune(read);
  const type = request.type ?? tuneTypeOf(tune.type);
  const meter = request.meter ?? (tune.meter ? meterText(tune.meter) : undefined);
  const { tonic, mode } = plainKey(tune.key);
  const own = keyText({ tonic, mode });
  const { request: wanted, note } = customary({
    ...request,
    ...(type === undefined ? {} : { type }),
    ...(meter === undefined ? {} : { meter }),
    key: request.key ?? own,
  });
  const asked = resolveRequest(wanted, learnt);
  // If the key stays the same, so does the octave.
  const stays = keyText(asked.place(asked.modes[0]!).key) === own;
  const place = (mode: Mode) => ({ ...asked.place(mode), ...(stays && { octave: 0 }) });
  const encoded = folkCodec.encode(tune);
  if (encoded.refusal) throw abcTune(encoded.refusal.place, encoded.refusal.reason);
  const melody = melodyOf(tuneOf(encoded.tokens, place(asked.modes[0]!)));
  const rules = { ...asked, place, range: widened(asked.range, request.range, melody) };
  const music = encoded.tokens.filter((token) => {
    const { kind } = folkCodec.symbols[token]!;
    return kind !== 'type' && kind !== 'meter' && kind !== 'key' && kind !== 'end';
  });
  const lost = new DropCount();
  lost.addAll(read.dropped);
  lost.addAll(encoded.dropped);
  return {
    rules,
    dropped: lost.counts,
    ...{ source: ownText(text, read).source, titles: tune.titles, fields: tune.fields },
    prime: fitted(rules, tune, pickupInside(rules, music)),
    ...(tune.tempo === undefined ? {} : { tempo: tune.tempo }),
    ...(note === undefined ? {} : { note }),
  };
}

function requireTune({ tune, refusal, line }: ReadTune): Tune {
  if (tune) return tune;
  throw abcTune(refusal?.place ?? { line, column: 1 }, refusal?.reason ?? 'it has no music');
}

function abcTune(place: { line: number; column: number }, reason: string): ContinuoError {
  return new ContinuoError(
    'ABC_TUNE',
    `The tune to go on from cannot be read: line ${place.line}, column ${place.column}: ${reason}.`,
    'Correct it there, or give another.',
  );
}

const OPENS = folkCodec.read('|:')[0]!;
const LINE = folkCodec.read('|')[0]!;

/** A pickup may be written before the repeat that it belongs to (`GA|:BG…`); it is read as `|:GA|BG…`. */
function pickupInside({ parts, meter }: ResolvedRequest, music: readonly number[]): readonly number[] {
  const at = music.findIndex((token) => folkCodec.symbols[token]!.kind === 'bar');
  if (!parts[0]!.opens || meter === undefined || at <= 0 || music[at] !== OPENS) return music;
  const { num, den } = barLength(meter);
  const header = folkCodec.read(`M:${meterText(meter)} K:Cmaj`);
  if (lengthOf(header, music.slice(0, at)) * den >= UNITS_AN_EIGHTH * num) return music;
  return [OPENS, ...music.slice(0, at), LINE, ...music.slice(at + 1)];
}

/** The tokens of the prime behind the requested header. */
function fitted(rules: ResolvedRequest, tune: Tune, music: readonly number[]): number[] {
  const { told, meter, modes } = rules;
  if (meter === undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `The tune to go on from, "${tune.titles[0] ?? ''}", says no meter.`,
      'Give --meter, or an M: line in the tune.',
    );
  }
  const header = [...(told === null ? [] : [`R:${told}`]), `M:${meterText(meter)}`, `K:C${modes[0]}`];
  const tokens: number[] = folkCodec.read(header.join(' '));
  const grammar = new FolkGrammar(rules);
  for (const token of tokens) grammar.accept(token);
  let bars = 1;
  // The last bar line of a text may not close its bar: the network decides whether the bar continues.
  const last = folkCodec.symbols[music.at(-1)!]?.kind === 'bar' ? music.length - 1 : music.length;
  for (const [index, token] of music.entries()) {
    if (index === last) break;
    if (!grammar.allows(token)) {
      throw new ContinuoError(
        'OPTION_VALUE',
        `The tune to go on from, "${tune.titles[0] ?? ''}", cannot begin such a tune: in its bar ${bars}, ${folkCodec.write([token])} may not follow.`,
        'Its bars must be full (the first may be a pickup), its form and range those asked for, its lengths whole quarters of an eighth.',
      );
    }
    grammar.accept(token);
    tokens.push(token);
    if (folkCodec.symbols[token]!.kind === 'bar') bars++;
  }
  return tokens;
}
