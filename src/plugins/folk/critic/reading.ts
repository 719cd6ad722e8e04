import { type Bar, barsOfTune } from '../../../music/abc/bars.js';
import type { Fraction } from '../../../music/abc/fraction.js';
import { type Mode, midiOf, plainKey, signature } from '../../../music/abc/key.js';
import { barLength, meterText } from '../../../music/abc/meter.js';
import { soundingNotes } from '../../../music/abc/notes.js';
import type { Tune } from '../../../music/abc/tune.js';
import { type TuneType, tuneTypeOf } from '../../../music/abc/tune-type.js';

/** A note as input to the critic, independent of key and spelling. Times in eighths. */
export interface ReadNote {
  /** Onset, from the start of the bar. */
  readonly at: number;
  readonly length: number;
  /** Semitones above the tonic, in the octave where most of the tune lies. */
  readonly pitch: number;
}

export interface ReadBar {
  /** Bar number as `--redo` counts: through the tune, including every ending but no pickups; 0 for a pickup. */
  readonly number: number;
  readonly notes: readonly ReadNote[];
}

export interface ReadPart {
  readonly pickup: ReadBar | null;
  /** With several endings: the body and the last ending. */
  readonly bars: readonly ReadBar[];
}

/** A tune as input to the critic. */
export interface Reading {
  readonly type: TuneType | null;
  readonly mode: Mode;
  /** The meter of its `M:` field; C| as 4/4. */
  readonly meter: string;
  /** Length of a full bar in eighths. */
  readonly full: number;
  /** The scale in semitones above the tonic, ascending. Shape: (7). */
  readonly scale: readonly number[];
  readonly parts: readonly ReadPart[];
}

/** A one-bar part shorter than this fraction of a bar is the pickup of the next part. */
const SHORTEST_PART = 0.75;

/** Reads a tune; null if its meter is free or it has fewer than 8 notes. */
export function readingOf(tune: Tune): Reading | null {
  if (tune.meter === null) return null;
  const full = numberOf(barLength(tune.meter));
  const heard = soundingNotes(tune);
  if (heard.length < 8) return null;
  const { tonic, mode } = plainKey(tune.key);
  const tonicPitch = midiOf(tonic.letter, tonic.alter);
  const base = tonicPitch + octaveOf(heard.map(({ pitch }) => pitch - tonicPitch));
  const altered = signature(tune.key);
  const scale = [0, 1, 2, 3, 4, 5, 6].map((degree) => {
    const step = tonic.letter + degree;
    return midiOf(step, altered[step % 7]!) - tonicPitch;
  });
  const top = new Map<number, { start: number; length: number; pitch: number }>();
  for (const { pitch, start, duration, element } of heard) {
    const known = top.get(element);
    if (known === undefined || pitch - base > known.pitch)
      top.set(element, { start: numberOf(start), length: numberOf(duration), pitch: pitch - base });
  }
  return {
    type: tuneTypeOf(tune.type) ?? null,
    mode,
    meter: meterText(tune.meter).replace('C|', '4/4'),
    full,
    scale,
    parts: partsOf(numbered(barsOfTune(tune), top, full)),
  };
}

function numberOf({ num, den }: Fraction): number {
  return num / den;
}

/** Octave shift, in semitones, from the tonic to where most of the tune lies: its median note is then 2 below to 9 above. */
function octaveOf(pitches: readonly number[]): number {
  const middle = [...pitches].sort((a, b) => a - b)[pitches.length >> 1]!;
  return 12 * Math.floor((middle + 2) / 12);
}

interface Numbered extends Bar {
  readonly bar: ReadBar;
  /** Length as a fraction of a full bar. */
  readonly share: number;
}

function numbered(
  bars: readonly Bar[],
  top: ReadonlyMap<number, { start: number; length: number; pitch: number }>,
  full: number,
): Numbered[] {
  let [began, number] = [0, 0];
  return bars.map((bar, index) => {
    const notes: ReadNote[] = [];
    for (let element = bar.first; element < bar.end; element++) {
      const note = top.get(element);
      if (note) notes.push({ at: note.start - began, length: note.length, pitch: note.pitch });
    }
    const length = numberOf(bar.length);
    began += length;
    const begins = index === 0 || beginsPart(bar);
    if (!(begins && length < full - 1e-6)) number++;
    const read = { number: begins && length < full - 1e-6 ? 0 : number, notes };
    return { ...bar, bar: read, share: length / full };
  });
}

function beginsPart({ before }: Bar): boolean {
  return before !== '|' && before !== 'volta';
}

function partsOf(bars: readonly Numbered[]): ReadPart[] {
  const parts: { pickup: ReadBar | null; main: ReadBar[]; ending: ReadBar[] }[] = [];
  let waiting: ReadBar | null = null;
  for (const [index, bar] of bars.entries()) {
    if (index === 0 || beginsPart(bar)) {
      const next = bars[index + 1];
      const alone = next === undefined || beginsPart(next);
      if (bar.bar.number === 0 && alone && bar.share < SHORTEST_PART) {
        waiting = bar.bar;
        continue;
      }
      parts.push({ pickup: waiting, main: [], ending: [] });
      waiting = null;
      if (bar.bar.number === 0) {
        parts.at(-1)!.pickup = bar.bar;
        continue;
      }
    }
    const part = parts.at(-1);
    if (!part) continue;
    if (bar.before === 'volta') part.ending = [bar.bar];
    else if (part.ending.length > 0) part.ending.push(bar.bar);
    else part.main.push(bar.bar);
  }
  return parts
    .map(({ pickup, main, ending }) => ({ pickup, bars: [...main, ...ending] }))
    .filter(({ bars }) => bars.some(({ notes }) => notes.length > 0));
}
