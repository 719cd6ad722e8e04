import type { TuneElement } from './tune.js';

/** Navigation signs, named as in ABC 2.1 (4.14) and abc2midi, and as players write them in annotations. */
type Sign = 'segno' | 'coda' | 'to-coda' | 'fine' | 'da-capo' | 'dal-segno';

const DECORATIONS: Readonly<Record<string, Sign>> = {
  segno: 'segno',
  coda: 'coda',
  dacoda: 'to-coda',
  tocoda: 'to-coda',
  fine: 'fine',
  dacapo: 'da-capo',
  'D.C.': 'da-capo',
  'D.C.alfine': 'da-capo',
  'D.C.alcoda': 'da-capo',
  'D.S.': 'dal-segno',
  'D.S.alfine': 'dal-segno',
  'D.S.alcoda': 'dal-segno',
};
const TEXTS: readonly (readonly [RegExp, Sign])[] = [
  [/^(?:d\.? ?c\.?|da capo)(?: al(?:la)? (?:fine|coda)| senza rep\w*)?\.?$/, 'da-capo'],
  [/^(?:d\.? ?s\.?|dal segno)(?: al(?:la)? (?:fine|coda))?\.?$/, 'dal-segno'],
  [/^fine\.?$/, 'fine'],
  [/^(?:to|da|al) coda\.?$/, 'to-coda'],
  [/^coda\.?$/, 'coda'],
  [/^segno\.?$/, 'segno'],
];

/** The navigation signs of an element. */
function signsAt({ decorations = [], annotations = [] }: TuneElement): Sign[] {
  const said = decorations.flatMap((name) => DECORATIONS[name] ?? []);
  for (const text of annotations) {
    const plain = text
      .replace(/^[\^_<>@\d., -]*/, '')
      .trim()
      .toLowerCase();
    said.push(...TEXTS.flatMap(([pattern, sign]) => (pattern.test(plain) ? sign : [])));
  }
  return said;
}

/** The navigation of a tune besides its repeats, as indices of elements in its body. */
export interface Way {
  /** D.C. or D.S. takes effect after this element. */
  readonly jump: number;
  /** The music goes back to this element. */
  readonly back: number;
  /** After the jump the music ends after this element, where there is a fine. */
  readonly fine?: number;
  /** After the jump the music leaves after this element for the coda, where there is one. */
  readonly leave?: number;
  readonly coda?: number;
}

/** The navigation of a body. undefined where it has neither D.C. nor D.S. */
export function wayOf(body: readonly TuneElement[]): Way | undefined {
  const found = new Map<Sign, number[]>();
  for (const [index, element] of body.entries())
    for (const sign of signsAt(element)) found.set(sign, [...(found.get(sign) ?? []), index]);
  const at = (sign: Sign, which = 0) => found.get(sign)?.at(which);
  const from = at('da-capo') ?? at('dal-segno');
  if (from === undefined) return undefined;
  const segno = found.has('da-capo') ? undefined : at('segno');
  const codas = found.get('coda') ?? [];
  const coda = codas.findLast((index) => index > from) ?? (codas.length > 1 ? codas.at(-1) : undefined);
  const leave = at('to-coda') ?? (codas.length > 1 ? codas[0] : undefined);
  const fine = at('fine');
  return {
    jump: endOfBar(body, from),
    back: segno === undefined ? 0 : body[segno]!.kind === 'bar' ? segno + 1 : segno,
    ...(fine === undefined ? {} : { fine: endOfBar(body, fine) }),
    ...(leave === undefined || coda === undefined ? {} : { leave: endOfBar(body, leave), coda }),
  };
}

/** Index of the bar line that ends a sign's bar, where the sign takes effect. */
function endOfBar(body: readonly TuneElement[], index: number): number {
  for (let at = index; at < body.length; at++) if (body[at]!.kind === 'bar') return at;
  return body.length - 1;
}
