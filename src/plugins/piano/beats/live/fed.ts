import { beatVocabulary } from '../codec/vocabulary.js';

type RangeName = ReturnType<(typeof beatVocabulary)['read']>['range'];

/** (token) */
const RANGES: readonly RangeName[] = Array.from(
  { length: beatVocabulary.size },
  (_, token) => beatVocabulary.read(token).range,
);

/** Whether a token says which notes there are, and where. Chords, tempo and lengths are known better later, but not worth feeding the piece again. */
function isMusic(token: number): boolean {
  const range = RANGES[token];
  return range === 'BAR' || range === 'POSITION' || range === 'NOTE';
}

/** The tokens of `wanted` that are still to be fed to a network that was fed `fed`; null where `fed` is not the beginning of the same music. */
export function tokensAfter(fed: readonly number[], wanted: readonly number[]): number[] | null {
  let at = 0;
  let last = 0;
  for (const [index, token] of fed.entries()) {
    if (!isMusic(token)) continue;
    while (at < wanted.length && !isMusic(wanted[at]!)) at++;
    if (wanted[at] !== token) return null;
    at++;
    last = index + 1;
  }
  const tail = fed.slice(last);
  while (at < wanted.length && isCovered(wanted[at]!, tail)) at++;
  return wanted.slice(at);
}

/** Whether `tail`, the last tokens fed, already has what a chord, tempo or length token says. */
function isCovered(token: number, tail: readonly number[]): boolean {
  if (isMusic(token)) return false;
  if (RANGES[token] === 'LENGTH') return tail.some((other) => RANGES[other] === 'LENGTH');
  const chords = tail.map(beatOfChord);
  const last = Math.max(-1, ...chords);
  return RANGES[token] === 'TEMPO' ? tail.length > 0 : beatOfChord(token) <= last;
}

/** The beat of a CHORD or NO_CHORD token; -1 for other tokens. */
function beatOfChord(token: number): number {
  const { range, values } = beatVocabulary.read(token);
  return range === 'CHORD' || range === 'NO_CHORD' ? values.beat : -1;
}

/** Indices of the bar lines. */
export function barsIn(tokens: readonly number[]): number[] {
  return tokens.flatMap((token, index) => (RANGES[token] === 'BAR' ? [index] : []));
}
