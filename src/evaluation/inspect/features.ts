import type { TokenStream } from '../../codec/codec.js';
import type { Vocabulary } from '../../codec/vocabulary.js';

/** Something that the music or text is at each step, by which units are ranked. */
export interface Feature {
  readonly name: string;
  /** (step) What it is after the start token and `step` more tokens; null where it has none. */
  readonly values: readonly (number | null)[];
}

/** Notes of so many seconds count as density. */
const DENSITY_SECONDS = 2;

/** What a stream of the codec knows of the music: where in the bar it is, how high, how dense. `tokens`: without the start token. */
export function streamFeatures(stream: TokenStream, tokens: readonly number[]): Feature[] {
  const now: Record<string, number | null> = {};
  const rows = [{ ...EMPTY }];
  const onsets: number[] = [];
  for (const token of tokens) {
    for (const event of stream.accept(token)) {
      if (event.type !== 'noteOn' || event.velocity === 0) continue;
      onsets.push(event.time);
      now.pitch = event.pitch;
      now.velocity = event.velocity;
    }
    const { head, pulse } = stream;
    while (onsets[0]! < head - DENSITY_SECONDS) onsets.shift();
    const beats = pulse && pulse.at + (head - pulse.time) / pulse.beat;
    rows.push({
      'position in the bar (beats)': pulse && beats !== undefined ? modulo(beats, pulse.bar) : null,
      'pitch of the last note': now.pitch ?? null,
      'loudness of the last note': now.velocity ?? null,
      [`density (notes in ${DENSITY_SECONDS} s)`]: onsets.length,
      'notes held': stream.openNotes('model').length,
    });
  }
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.map((name) => ({ name, values: rows.map((row) => row[name] ?? null) }));
}

const EMPTY: Readonly<Record<string, number | null>> = {};

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** The fields of packed tokens, each as the last token that has it says: `BAR phrase`. `tokens`: without the start token. */
export function fieldFeatures(vocabulary: Vocabulary, tokens: readonly number[]): Feature[] {
  const last = new Map<string, number>();
  const rows = [
    new Map<string, number>(),
    ...tokens.map((token) => {
      const { range, values } = vocabulary.read(token);
      for (const [field, value] of Object.entries(values)) last.set(`${range}: ${field}`, value);
      return new Map(last);
    }),
  ];
  return [...last.keys()].map((name) => ({ name, values: rows.map((row) => row.get(name) ?? null) }));
}

/** Correlation from which two features count as one, said in other units. */
const THE_SAME = 0.995;

/** Whether one feature is the other in other units, such as a pitch and its place in the codec's range. */
export function saysTheSame(one: Feature, other: Feature): boolean {
  const pairs = one.values.flatMap((value, step) => {
    const beside = other.values[step];
    return value === null || beside === null || beside === undefined ? [] : [[value, beside] as const];
  });
  const mean = (of: (pair: readonly [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [a, b] = [mean(([value]) => value), mean(([, value]) => value)];
  const product = mean(([x, y]) => (x - a) * (y - b));
  const variances = mean(([x]) => (x - a) ** 2) * mean(([, y]) => (y - b) ** 2);
  return pairs.length > 0 && product > THE_SAME * Math.sqrt(variances);
}

const QUOTES = new Set(['"', '“', '”', '„', '«', '»']);
const OPENING = '([{';
const CLOSING = ')]}';

/** Where in the text each step is. `characters`: one a token, without the start token. */
export function textFeatures(characters: readonly string[]): Feature[] {
  const names = [
    'place in the line',
    'place in the word',
    'within quotes',
    'depth of brackets',
    'capital letter',
    'blank or line end',
  ];
  let [line, word, quoted, depth] = [0, 0, 0, 0];
  const rows = [
    [0, 0, 0, 0, 0, 0],
    ...characters.map((character) => {
      const letter = /[\p{L}\p{N}]/u.test(character);
      line = character === '\n' ? 0 : line + 1;
      word = letter ? word + 1 : 0;
      if (QUOTES.has(character)) quoted = 1 - quoted;
      if (OPENING.includes(character)) depth++;
      if (CLOSING.includes(character)) depth = Math.max(0, depth - 1);
      return [line, word, quoted, depth, Number(/\p{Lu}/u.test(character)), Number(/\s/.test(character))];
    }),
  ];
  return names.map((name, index) => ({ name, values: rows.map((row) => row[index]!) }));
}
