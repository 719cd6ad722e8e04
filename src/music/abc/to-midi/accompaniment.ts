import { readChordSymbol } from '../chord-symbol.js';
import { LETTERS, midiOf } from '../key.js';
import { isCompound } from '../meter.js';
import type { Meter, TuneElement } from '../tune.js';
import type { PlayedBar } from './lilt.js';

/** A note of the accompaniment; times in eighth notes. */
export interface ChordNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly from: number;
  readonly to: number;
}

/** The pitches for a chord symbol: its bass note, the bass note that alternates with it, and the chord itself. */
interface Voicing {
  readonly bass: number;
  readonly other: number;
  readonly chord: readonly number[];
}

interface Span {
  readonly from: number;
  readonly voicing: Voicing | undefined;
}

const NO_CHORD = /^[\s_^<>@]*N\.?\s?C\.?\s*$/i;
const VELOCITY = { bass: 66, chord: 50 };
/** MIDI numbers: the lowest E of a guitar, and the lowest note of a chord. */
const LOWEST_BASS = 40;
const LOWEST_CHORD = 52;

/**
 * Plays a tune's chord symbols as "boom-chuck" accompaniment, as session guitarists do; each chord holds until the next
 * or N.C. In 4/4, 2/4 and C| the bass is on the beat and the chord on the offbeat; in 3/4 the bass is on one and the
 * chord on two and three; in 6/8, 9/8 and 12/8 the bass is on each beat and the chord on its last eighth. `order` holds
 * indices of elements as played, `times` the beginning of each in eighths.
 */
export function accompaniment(
  body: readonly TuneElement[],
  order: readonly number[],
  times: readonly number[],
  bars: readonly PlayedBar[],
): ChordNote[] {
  const spans = spansOf(body, order, times);
  if (spans.length === 0) return [];
  const end = times.at(-1)!;
  const notes: ChordNote[] = [];
  for (const bar of bars) {
    const strokes = strokesOf(bar, spans);
    for (const [index, { at, bass, chord }] of strokes.entries()) {
      const voicing = holding(spans, at);
      if (!voicing) continue;
      const next = Math.min(strokes[index + 1]?.at ?? bar.to, end);
      const rest = spans.find(({ from, voicing }) => from > at && voicing === undefined)?.from ?? next;
      const to = Math.min(next, rest);
      if (bass)
        notes.push({
          pitch: bass === 'root' ? voicing.bass : voicing.other,
          velocity: VELOCITY.bass,
          from: at,
          to,
        });
      if (!chord) continue;
      const short = Math.min(to, at + SHORT);
      for (const pitch of voicing.chord) notes.push({ pitch, velocity: VELOCITY.chord, from: at, to: short });
    }
  }
  return notes;
}

/** Length of a chord in eighths: it is damped after that. */
const SHORT = 1;

function spansOf(body: readonly TuneElement[], order: readonly number[], times: readonly number[]): Span[] {
  return order.flatMap((index, at): Span[] => {
    const { chord, annotations } = body[index]!;
    const from = times[at]!;
    if (annotations?.some((text) => NO_CHORD.test(text))) return [{ from, voicing: undefined }];
    const voicing = chord === undefined ? undefined : voicingOf(chord);
    return voicing ? [{ from, voicing }] : [];
  });
}

function holding(spans: readonly Span[], at: number): Voicing | undefined {
  return spans.findLast(({ from }) => from <= at + 1e-6)?.voicing;
}

interface Stroke {
  readonly at: number;
  readonly bass?: 'root' | 'other';
  readonly chord: boolean;
}

/** When bass and chord are struck in a bar: by the meter's pattern, and at each chord change. */
function strokesOf({ origin, from, to, meter }: PlayedBar, spans: readonly Span[]): Stroke[] {
  const strokes = pattern(meter, to - origin)
    .map((stroke) => ({ ...stroke, at: origin + stroke.at }))
    .filter(({ at }) => at > from - 1e-6 && at < to - 1e-6);
  const near = (at: number) => strokes.findIndex((stroke) => Math.abs(stroke.at - at) < 1e-6);
  for (const { from: at, voicing } of spans) {
    if (!voicing || at < from - 1e-6 || at > to - 1e-6) continue;
    const there = near(at);
    if (there < 0) strokes.push({ at, bass: 'root', chord: true });
    else strokes[there] = { ...strokes[there]!, bass: 'root' };
  }
  return strokes.sort((a, b) => a.at - b.at);
}

function pattern(meter: Meter | null, length: number): Stroke[] {
  if (meter === null) return [{ at: 0, bass: 'root', chord: true }];
  const unit = 8 / meter.den;
  const bass = (at: number, turn: number): Stroke => ({
    at,
    bass: turn % 2 === 0 ? 'root' : 'other',
    chord: false,
  });
  if (isCompound(meter)) {
    return Array.from({ length: meter.num / 3 }, (_, beat) => [
      bass(3 * unit * beat, beat),
      { at: (3 * beat + 2) * unit, chord: true },
    ]).flat();
  }
  if (meter.num % 2 === 0) {
    // Half a bar each, in 2/4 a quarter: bass, then chord.
    const half = (meter.num * unit) / Math.max(2, 2 * Math.round((meter.num * unit) / 8));
    return Array.from({ length: Math.round(length / half) }, (_, beat) => [
      bass(half * beat, beat),
      { at: half * (beat + 0.5), chord: true },
    ]).flat();
  }
  return Array.from({ length: meter.num }, (_, beat) =>
    beat === 0 ? bass(0, 0) : { at: beat * unit, chord: true },
  );
}

/** The voicing of the first chord symbol in a text such as `G`, `Am7/E`, `G;Am`. */
function voicingOf(text: string): Voicing | undefined {
  const symbol = readChordSymbol(text.split(/[;\n]|\\n/)[0]!.replace(/[()]/g, ''));
  if (!symbol) return undefined;
  const root = classOf(symbol.root);
  const steps = stepsOf(symbol.type);
  const chord = steps.map((step) => place(root + step, LOWEST_CHORD)).sort((a, b) => a - b);
  const bass = place(symbol.bass === undefined ? root : classOf(symbol.bass), LOWEST_BASS);
  const fifth = place(root + (steps.find((step) => step > 5 && step < 9) ?? 7), LOWEST_BASS);
  return { bass, other: symbol.bass === undefined ? fifth : bass, chord: [...new Set(chord)] };
}

function classOf(name: string): number {
  const sign = name[1];
  const alter = sign === '#' || sign === '♯' ? 1 : sign === 'b' || sign === '♭' ? -1 : 0;
  return (midiOf(LETTERS.indexOf(name[0]!.toUpperCase()), alter) + 12) % 12;
}

/** The lowest pitch from `lowest` on that has the same pitch class. */
function place(pitch: number, lowest: number): number {
  return lowest + ((((pitch - lowest) % 12) + 12) % 12);
}

/** Semitones of the chord's notes above the root, for a type such as `m7b5` or `sus4`. */
function stepsOf(type: string): number[] {
  const said = type.replace(/[\s()]/g, '');
  if (/^5/.test(said)) return [0, 7];
  const minor = /^(?:m(?!aj|a|M)|mi|-|min)/.test(said) && !/^ma/.test(said);
  const half = /ø|m7b5|-7b5/.test(said);
  const dim = half || /dim|°|^o/.test(said);
  const third = /sus2/.test(said) ? 2 : /sus/.test(said) ? 5 : minor || dim ? 3 : 4;
  const fifth = dim || /[b♭-]5/.test(said) ? 6 : /aug|\+(?!\d)|[#♯+]5/.test(said) ? 8 : 7;
  const major = /maj|M|Δ|ma(?=\d)/.test(said);
  const seventh = half
    ? 10
    : dim && /7/.test(said)
      ? 9
      : major && /7|9|11|13/.test(said)
        ? 11
        : /6/.test(said)
          ? 9
          : /(?<!add|[#b♯♭])(?:7|9|11|13)/.test(said)
            ? 10
            : undefined;
  const ninth = /9|add2/.test(said) && !/[#b♯♭]9/.test(said) ? 14 : undefined;
  return [0, third, fifth, ...[seventh, ninth].flatMap((step) => step ?? [])];
}
