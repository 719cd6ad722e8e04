import type { FeatureName, Heard } from './features.js';
import type { Spreads } from './spread.js';

/** A remark on a tune that a musician might make. */
export interface Remark {
  readonly good: boolean;
  readonly text: string;
}

/** Remarks for features above the 95th percentile of training tunes, and below the 5th. */
const OUTLIERS: Readonly<Partial<Record<FeatureName, { readonly above?: string; readonly below?: string }>>> =
  {
    tonicChord: { above: 'hardly leaves the tonic chord', below: 'hardly comes to the tonic chord' },
    chordChanges: { above: 'chords change at every turn', below: 'hardly a change of chord' },
    barLeaps: { above: 'leaps from bar to bar' },
    unrecovered: { above: 'leaps that nothing takes back' },
    zigzag: { above: 'zigzags in leaps' },
    scales: { above: 'runs up and down the scale' },
    dithering: { above: 'bars of two notes' },
    accidentals: { above: 'many notes outside the scale' },
    oddLengths: { above: 'odd note lengths' },
    notesABar: { above: 'crowded bars', below: 'sparse bars' },
    range: { above: 'wide range', below: 'narrow range' },
    lift: { below: 'second part lies low' },
    repeatedWithin: { above: 'says the same bars too often', below: 'hardly says a bar again' },
    borrowed: { above: "second part is made of the first one's bars" },
    takesUp: { below: 'second halves do not take up the first' },
    midCloses: { above: 'closes half-way' },
    earlyCloses: { above: 'comes to rest on the tonic too early' },
    returnDrop: { above: 'falls back to the end of an earlier part' },
    leapToClose: { above: 'leaps before the last note' },
    directness: { below: 'turns about one place' },
    rhythms: { above: 'a new rhythm in every bar' },
  };

/** Remarks on a tune: its closes, and what stands out among tunes of its kind, with bar numbers. */
export function remarksOf({ features, places }: Heard, spreads: Spreads): Remark[] {
  const said: Remark[] = [];
  const say = (good: boolean, text: string, bars: readonly number[]) => {
    if (bars.length > 0) said.push({ good, text: `${text} ${barWords(bars)}` });
  };
  say(true, 'half close in', places.halfCloses);
  say(true, 'close in', places.closes);
  say(false, 'weak close in', places.weakCloses);
  say(false, 'leap over an octave after', places.wideLeaps);
  say(false, 'the bar before again in', places.stutter);
  say(false, 'leap over an octave within', places.wideLeapsWithin);
  say(false, 'out of step: an earlier bar again in', places.outOfStep);
  for (const { bar, as } of places.restartsElsewhere)
    say(false, `the second half takes up bar ${as} in place of the first bar, in`, [bar]);
  say(false, 'the bar before has closed already, and so does', places.closesTwice);
  for (const [name, { above, below }] of Object.entries(OUTLIERS)) {
    const { p5, p95 } = spreads[name as FeatureName];
    const value = features[name as FeatureName];
    if (above !== undefined && value > p95 + 1e-9) said.push({ good: false, text: above });
    if (below !== undefined && value < p5 - 1e-9) said.push({ good: false, text: below });
  }
  return said;
}

/** `bar 8`, `bars 4 and 12`. */
function barWords(bars: readonly number[]): string {
  const numbers = [...new Set(bars)];
  if (numbers.length === 1) return `bar ${numbers[0]}`;
  return `bars ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}
