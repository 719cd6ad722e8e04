import { barLength } from '../../../music/abc/meter.js';
import { soundingDurations } from '../../../music/abc/timing.js';
import type { Meter } from '../../../music/abc/tune.js';
import { decodeTune } from '../codec/decode.js';
import { folkSymbols } from '../codec/vocabulary.js';

/** A note as input to planning; of a chord, the highest. Times are in eighths from the start of the segment. */
export interface PlanNote {
  /** Staff steps above middle C; 7 is the C above, and the tonic. */
  readonly step: number;
  /** Alteration by the note's own accidental, in semitones; 0 if it has none. */
  readonly sharp: number;
  readonly at: number;
  readonly length: number;
}

/** Music between two bar lines. */
export interface Segment {
  /** Its token range: `start` inclusive, `end` exclusive, without the bar line. */
  readonly start: number;
  readonly end: number;
  readonly notes: readonly PlanNote[];
  /** In eighths. */
  readonly length: number;
  /** Whether a part, or an ending other than the first, begins with this segment. */
  readonly begins: boolean;
  /** Whether a start-repeat sign follows. */
  readonly opens: boolean;
}

/**
 * Splits a tune's tokens into segments that contain notes or rests. `full` is the length of a full bar in eighths, 0
 * if the meter is free.
 */
export function segmentsOf(tokens: readonly number[]): {
  segments: Segment[];
  full: number;
  meter: Meter | null;
} {
  const segments: Segment[] = [];
  const meter = meterOf(tokens);
  let start = headerLength(tokens);
  let begins = true;
  let current = meter;
  for (let at = start; at < tokens.length; at++) {
    const symbol = folkSymbols[tokens[at]!]!;
    if (symbol.kind === 'meter') current = symbol.meter;
    const over = symbol.kind === 'bar' || symbol.kind === 'volta' || symbol.kind === 'end';
    if (!over) continue;
    const music = tokens.slice(start, at);
    if (music.some((token) => isTimed(token))) {
      const opens = symbol.kind === 'bar' && symbol.line === '|:';
      segments.push({ start, end: at, ...timed(music, current), begins, opens });
      begins = false;
    }
    if (symbol.kind === 'bar') begins ||= symbol.line !== '|';
    if (symbol.kind === 'volta') begins ||= symbol.ending !== '1';
    start = at + 1;
  }
  const bar = meter === null ? undefined : barLength(meter);
  return { segments, full: bar ? bar.num / bar.den : 0, meter };
}

/** Number of tokens in the header: type, meter and key. */
export function headerLength(tokens: readonly number[]): number {
  const at = tokens.findIndex((token) => {
    const { kind } = folkSymbols[token]!;
    return kind !== 'start' && kind !== 'type' && kind !== 'meter' && kind !== 'key';
  });
  return at < 0 ? tokens.length : at;
}

function meterOf(tokens: readonly number[]): Meter | null {
  for (const token of tokens) {
    const symbol = folkSymbols[token]!;
    if (symbol.kind === 'meter') return symbol.meter;
  }
  return null;
}

function isTimed(token: number): boolean {
  const { kind } = folkSymbols[token]!;
  return kind === 'pitch' || kind === 'rest';
}

/** Notes and length of a bar's tokens. The meter determines the default ratio of tuplets. */
export function timed(music: readonly number[], meter: Meter | null): Pick<Segment, 'notes' | 'length'> {
  const header = folkSymbols.findIndex(
    (symbol) =>
      symbol.kind === 'meter' && symbol.meter?.num === meter?.num && symbol.meter?.den === meter?.den,
  );
  const { body } = decodeTune([header, ...music]);
  const durations = soundingDurations(body);
  const notes: PlanNote[] = [];
  let at = 0;
  for (const [index, element] of body.entries()) {
    const length = durations[index]!.num / durations[index]!.den;
    if (element.kind === 'note' || element.kind === 'chord') {
      const pitches = element.kind === 'note' ? [element.pitch] : element.notes.map(({ pitch }) => pitch);
      const { step, accidental } = pitches.reduce((high, pitch) => (pitch.step > high.step ? pitch : high));
      notes.push({ step, sharp: accidental ?? 0, at, length });
    }
    at += length;
  }
  return { notes, length: at };
}
