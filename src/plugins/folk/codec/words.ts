import { MODES, tonicOfFifths, tonicText } from '../../../music/abc/key.js';
import { stepText } from '../../../music/abc/text.js';
import { TUNE_TYPES } from '../../../music/abc/tune-type.js';

export { TUNE_TYPES, type TuneType } from '../../../music/abc/tune-type.js';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** The 137 classes of folk-rnn v2, grouped by kind. The set is folk-rnn's, the order is ours. */
const FOLK_RNN = {
  bounds: words('<s> </s>'),
  meter: words('M:4/4 M:6/8 M:2/4 M:3/4 M:9/8 M:12/8 M:3/2'),
  key: words('K:Cmaj K:Cmin K:Cdor K:Cmix'),
  bar: words('| |: :| |1 |2'),
  tuplet: words('(2 (3 (4 (5 (6 (7 (9'),
  chord: words('[ ]'),
  rest: words('z'),
  pitch: words(`
    C, D, E, F, G, A, B, C D E F G A B c d e f g a b c' d' e' f' g' a' b'
    =C, =E, =F, =G, =A, =B, =C =D =E =F =G =A =B =c =d =e =f =g =a =b =c' =e' =f'
    ^C, ^F, ^G, ^A, ^C ^D ^F ^G ^A ^c ^d ^f ^g ^a ^c' ^f'
    _E, _A, _B, _C _D _E _G _A _B _c _d _e _g _a _b _d' _e'`),
  duration: words('/8 /4 /3 /2 3/4 3/2 2 5/2 3 7/2 4 5 6 7 8 9 12 16 > < /2> /2< 2> 2< 4>'),
} as const;

const known = new Set<string>(FOLK_RNN.pitch);

/**
 * Pitches that folk-rnn lacks: C, to b' with at most one accidental, double accidentals in the middle range, and a few
 * pitches beyond.
 */
function morePitches(): string[] {
  const steps = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const pitches = [
    ...['', '=', '^', '_'].flatMap((sign) => steps(-7, 20).map((step) => sign + stepText(step))),
    ...['^^', '__'].flatMap((sign) => steps(-5, 15).map((step) => sign + stepText(step))),
    ...[...steps(-12, -8), ...steps(21, 23)].map(stepText),
  ];
  return pitches.filter((pitch) => !known.has(pitch));
}

/** Keys on a tonic other than the tune's, for key changes within a tune. */
function keyChanges(): string[] {
  const fifths = [1, 2, 3, 4, 5, 6, -5, -4, -3, -2, -1];
  return fifths.flatMap((fifths) => MODES.map((mode) => `K:${tonicText(tonicOfFifths(fifths))}${mode}`));
}

/** All ranges in order, with their words. Permanent: a new word means a new codec. */
export const RANGES = {
  ...FOLK_RNN,
  type: TUNE_TYPES.map((type) => `R:${type}`),
  tie: words('-'),
  broken: words('>> << >>> <<<'),
  'more durations': words(`/32 /16 /6 3/16 3/8 5/8 2/3 7/8 5/4 4/3 7/4 9/4 11/4 13/4 15/4 9/2 11/2 13/2 15/2
    10 11 13 14 15 18 20 24 28 32`),
  'more pitches': morePitches(),
  'more meters':
    words(`M:C| M:3/8 M:6/4 M:5/4 M:9/4 M:12/4 M:7/8 M:5/8 M:7/4 M:4/8 M:15/8 M:10/8 M:11/8 M:13/8
    M:8/8 M:4/2 M:1/4 M:6/16 M:none`),
  'more modes': words('K:Cphr K:Clyd K:Cloc'),
  'key changes': keyChanges(),
  'more bars': words('|| |3 |4 |5 |6 |1,2 |1,3 |2,3 |2,4 |3,4 |1-3 |1,2,3 [1 [2 [3'),
  'more tuplets':
    words(`(8 (2:3:1 (2:3:3 (2:3:4 (3:2:1 (3:2:2 (3:2:4 (3:2:5 (3:2:6 (4:3:2 (4:3:3 (4:3:5 (4:3:6
    (4:2:4 (5:2:5 (5:3:5 (5:4:5 (6:4:6 (7:2:7 (7:3:7 (7:4:7 (9:2:9 (9:3:9 (9:8:9`),
} as const;

export type RangeName = keyof typeof RANGES;
