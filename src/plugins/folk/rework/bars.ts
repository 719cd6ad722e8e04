import { ContinuoError } from '../../../errors.js';
import { DropCount, type Dropped } from '../../../music/abc/dropped.js';
import { editHeader } from '../../../music/abc/edit-bars.js';
import { add, ZERO } from '../../../music/abc/fraction.js';
import { barLength } from '../../../music/abc/meter.js';
import type { ReadTune } from '../../../music/abc/read.js';
import type { Refusal } from '../../../music/abc/refusal.js';
import { soundingDurations } from '../../../music/abc/timing.js';
import { abcTokens } from '../../../music/abc/tokens.js';
import type { Tune } from '../../../music/abc/tune.js';
import { UNITS_AN_EIGHTH } from '../codec/grammar-tokens.js';
import { folkCodec } from '../codec/index.js';
import { chosenTune } from '../generate/chosen-tune.js';

/** A written bar: the tokens between two bar lines. */
export interface Bar {
  /** Range of its tokens without the bar lines: `from` inclusive, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** Counted from 1 through the tune, with endings as written; 0 for a pickup, which belongs to the next bar. */
  readonly number: number;
  /** The part: A, B, … */
  readonly part: string;
  /** In grammar units; may be fractional. */
  readonly length: number;
  /** Whether its last note is tied to the next bar. */
  readonly tied: boolean;
}

/** A tune divided into bars. */
export interface BarredTune {
  readonly tune: Tune;
  /** The tune's text, including what the file header sets for all tunes, and the line of the file on which it would start. */
  readonly source: string;
  readonly firstLine: number;
  /** Notation that has no token and is lost. */
  readonly dropped: Dropped;
  /** From the header to `</s>`. */
  readonly tokens: readonly number[];
  /** Number of tokens in the header. */
  readonly header: number;
  readonly bars: readonly Bar[];
  /** The length of a full bar, in grammar units. */
  readonly full: number;
}

/** Longer tunes are not dance tunes, and would take minutes. */
const MOST_BARS = 500;

/**
 * Divides a tune of an ABC text into bars: the tune with this X: number, or the first. Throws ABC_NO_TUNE, ABC_TOO_LARGE,
 * ABC_TUNE, TUNE_BARS, OPTION_VALUE if there is no such number.
 */
export function barredTune(text: string, number?: string): BarredTune {
  const read = chosenTune(text, number);
  const { tune, refusal, line, dropped } = read;
  const encoded = tune && folkCodec.encode(tune);
  if (!tune || !encoded?.tokens)
    throw unreadable(
      refusal ?? encoded?.refusal ?? { place: { line, column: 1 }, reason: 'it has no music' },
    );
  if (!tune.meter)
    throw unfit('The tune says no meter, so that its bars have no length.', 'Give it an M: line.');
  const change = tune.body.find(({ kind }) => kind === 'key' || kind === 'meter');
  if (change) {
    throw unfit(
      `The tune changes its ${change.kind} in line ${change.place.line}.`,
      'Bars of tunes in one key and one meter can be made anew.',
    );
  }
  const { tokens } = encoded;
  const header = tokens.findIndex((token) => folkCodec.symbols[token]!.kind === 'key') + 1;
  const { num, den } = barLength(tune.meter);
  const full = (UNITS_AN_EIGHTH * num) / den;
  const bars = numberedBars(tokens, header, full);
  if (bars.length > MOST_BARS)
    throw unfit(
      `The tune has ${bars.length} bars; at most ${MOST_BARS} can be worked on.`,
      'Give a part of it.',
    );
  const lost = new DropCount();
  lost.addAll(dropped);
  lost.addAll(encoded.dropped);
  return { tune, ...ownText(text, read), dropped: lost.counts, tokens, header, full, bars };
}

/** Copies the settings of the file header into the tune's own text, unless the tune sets them itself. */
export function ownText(file: string, { source, line }: ReadTune): Pick<BarredTune, 'source' | 'firstLine'> {
  const own = abcTokens(source);
  const tokens = abcTokens(file);
  const first = tokens.find(({ tune }) => tune === 0)?.line ?? line;
  const said = tokens.flatMap(({ kind, text, line: at }) =>
    at < first && kind === 'text' && /^(?:[MLUmI]:|%%(?!begin|end))/.test(text) ? [text] : [],
  );
  // The tune's own settings come after these and override them.
  const all = said.filter((text) => /^(?:[UmI]:|%%)/.test(text));
  const missing = ['M', 'L'].flatMap((letter) => {
    const field = said.findLast((text) => text.startsWith(letter));
    const has = own.some(
      ({ kind, inHeader, text }) => kind === 'field' && inHeader && text.startsWith(letter),
    );
    return field === undefined || has ? [] : [field];
  });
  return {
    source: missing.length + all.length === 0 ? source : editHeader(source, missing, {}, all),
    firstLine: line - missing.length - all.length,
  };
}

function isSign(token: number): boolean {
  const { kind } = folkCodec.symbols[token]!;
  return kind === 'bar' || kind === 'volta' || kind === 'end';
}

function numberedBars(tokens: readonly number[], header: number, full: number): Bar[] {
  const bars: Bar[] = [];
  let part = 0;
  let number = 0;
  /** Bars of the part so far, without pickups. */
  let counted = 0;
  let signs: number[] = [];
  for (let from = header; from < tokens.length; ) {
    if (isSign(tokens[from]!)) {
      signs.push(tokens[from++]!);
      continue;
    }
    let to = from;
    while (to < tokens.length && !isSign(tokens[to]!)) to++;
    const begins = bars.length === 0 || beginsPart(signs);
    if (begins && counted > 0) {
      part++;
      counted = 0;
    }
    const length = lengthOf(tokens.slice(0, header), tokens.slice(from, to));
    const pickup = counted === 0 && length < full;
    if (!pickup) counted++;
    bars.push({
      from,
      to,
      number: pickup ? 0 : ++number,
      part: String.fromCharCode(65 + Math.min(part, 25)),
      length,
      tied: folkCodec.symbols[tokens[to - 1]!]!.kind === 'tie',
    });
    from = to;
    signs = [];
  }
  return bars;
}

function beginsPart(signs: readonly number[]): boolean {
  const said = signs.map((token) => folkCodec.symbols[token]!);
  if (said.some((sign) => sign.kind === 'volta')) return false;
  return said.some((sign) => sign.kind === 'bar' && sign.line !== '|');
}

/** The length of music without bar lines, in grammar units. */
export function lengthOf(header: readonly number[], music: readonly number[]): number {
  const { num, den } = soundingDurations(folkCodec.decode([...header, ...music]).body).reduce(add, ZERO);
  return (UNITS_AN_EIGHTH * num) / den;
}

/** Indices into `bars` of the bars in a list such as `7-8`, `A`, `B,3`; a part includes its pickups. Throws OPTION_VALUE. */
export function barsNamed(option: string, list: string, { bars }: BarredTune): Set<number> {
  const last = Math.max(...bars.map(({ number }) => number));
  const parts = [...new Set(bars.map(({ part }) => part))];
  const named = new Set<number>();
  for (const item of list.split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(item);
    const [from, to] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    const fits = range ? from >= 1 && from <= to && to <= last : parts.includes(item);
    if (!fits) {
      throw new ContinuoError(
        'OPTION_VALUE',
        `--${option} takes bars or parts of the tune, which has bars 1 to ${last} and ${parts.length === 1 ? 'part' : 'parts'} ${parts.join(', ')}; it was given "${item.slice(0, 20)}".`,
        `Such as --${option} ${Math.max(1, last - 1)}-${last} or --${option} ${parts[0]}. Bars count as they are written, pickups not.`,
      );
    }
    for (const [place, { number, part }] of bars.entries())
      if (range ? number >= from && number <= to : part === item) named.add(place);
  }
  return named;
}

/** All bars except those listed; a pickup is kept with its bar. Throws OPTION_VALUE. */
export function barsNotNamed(option: string, list: string, tune: BarredTune): Set<number> {
  const kept = barsNamed(option, list, tune);
  for (let place = tune.bars.length - 2; place >= 0; place--)
    if (tune.bars[place]!.number === 0 && kept.has(place + 1)) kept.add(place);
  return new Set([...tune.bars.keys()].filter((place) => !kept.has(place)));
}

/** An ABC_TUNE error with the position in the tune. */
export function unreadable({ place, reason }: Refusal): ContinuoError {
  return new ContinuoError(
    'ABC_TUNE',
    `The tune cannot be read: line ${place.line}, column ${place.column}: ${reason}.`,
    'Correct it there, or give another.',
  );
}

/** A TUNE_BARS error: these bars cannot be regenerated, with a hint. */
export function unfit(message: string, hint: string): ContinuoError {
  return new ContinuoError('TUNE_BARS', message, hint);
}
