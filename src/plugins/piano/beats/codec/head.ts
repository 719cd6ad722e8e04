import type { RangeTable } from '../../../../codec/vocabulary.js';
import {
  FEWEST_BEATS,
  MOST_BEATS,
  TICKS_PER_BEAT,
  TICKS_PER_SLOT,
} from '../../../../music/beats/beat-map.js';
import type { Pitch } from '../../../../music/units.js';
import { beatVocabulary, KEYS, LOWEST, PERIOD, START, VELOCITY_BINS } from './vocabulary.js';

type BeatReading = ReturnType<(typeof beatVocabulary)['read']>;
type RangeName = BeatReading['range'];

/** (token) */
const READINGS: readonly BeatReading[] = Array.from({ length: beatVocabulary.size }, (_, token) =>
  beatVocabulary.read(token),
);

/** The position in a stream of beat tokens, as far as it decides which tokens are legal. Immutable. */
export interface BeatHead {
  /** Number of the present bar line; -1 before the first. */
  readonly number: number;
  /** Beats of the present bar; 0 before the first bar. */
  readonly beats: number;
  /** The first legal position, in ticks from the earliest one of the bar. */
  readonly next: number;
  /** The beat of the last chord in this bar; -1 before the first. */
  readonly chordBeat: number;
  /** The last pitch at this position; -1 before the first, null before the first position. */
  readonly pitch: number | null;
  readonly tempoSaid: boolean;
  /** The kind of the last token, where something must follow it. */
  readonly last: 'bar' | 'position' | 'note' | 'rest';
}

export const BEGINNING: BeatHead = {
  number: -1,
  beats: 0,
  next: 0,
  chordBeat: -1,
  pitch: null,
  tempoSaid: false,
  last: 'rest',
};

/** The head after a token, which may be illegal. Throws TOKEN_RANGE. */
export function headAfter(head: BeatHead, token: number): BeatHead {
  const { range, values } = READINGS[token] ?? beatVocabulary.read(token);
  switch (range) {
    case 'PIECE':
      return token === START ? BEGINNING : head;
    case 'BAR':
      return {
        ...head,
        number: values.number,
        beats: FEWEST_BEATS + values.beats,
        next: 0,
        chordBeat: -1,
        pitch: null,
        last: 'bar',
      };
    case 'TEMPO':
      return { ...head, tempoSaid: true };
    case 'CHORD':
    case 'NO_CHORD':
      return {
        ...head,
        next: Math.max(head.next, TICKS_PER_BEAT * values.beat),
        chordBeat: values.beat,
        pitch: null,
        last: 'rest',
      };
    case 'POSITION': {
      const tick = TICKS_PER_SLOT * values.slot + values.micro;
      return { ...head, next: Math.max(head.next, tick + 1), pitch: -1, last: 'position' };
    }
    case 'NOTE':
      return { ...head, pitch: values.pitch, last: 'note' };
    case 'LENGTH':
      return { ...head, last: 'rest' };
  }
}

/** Moves the first legal position to `tick`, since time has passed without music. */
export function headAt(head: BeatHead, tick: number): BeatHead {
  return tick < head.next ? head : { ...head, next: tick, pitch: null };
}

/**
 * Writes 0 into `mask` (token) for illegal tokens. Legal are: bars, positions and chords in order, a chord at each bar line, a note
 * at each position, a length after each note, the notes of a position from the lowest up, bars of one length, one tempo.
 */
export function maskIllegalBeatTokens(head: BeatHead, mask: Uint8Array): void {
  mask[START] = 0;
  const { last, beats, next } = head;
  if (last === 'note') {
    keep(mask, 'LENGTH');
    return;
  }
  forbid(mask, 'LENGTH');
  if (last === 'position') {
    keep(mask, 'NOTE');
    return;
  }
  if (last === 'bar') {
    keep(mask, 'TEMPO', 'CHORD', 'NO_CHORD');
    if (head.tempoSaid) forbid(mask, 'TEMPO');
    maskChords(mask, (beat) => beat === 0);
    return;
  }
  forbid(mask, 'TEMPO');
  maskBars(head, mask);
  if (beats === 0) {
    keep(mask, 'BAR');
    return;
  }
  maskChords(mask, (beat) => beat > head.chordBeat && beat < beats && TICKS_PER_BEAT * beat >= next);
  const [positions, notes] = [firstOf('POSITION'), firstOf('NOTE')];
  mask.fill(0, positions, positions + next);
  mask.fill(0, positions + TICKS_PER_BEAT * beats, positions + TICKS_PER_BEAT * MOST_BEATS);
  const lowest = head.pitch === null ? KEYS : head.pitch + 1;
  mask.fill(0, notes, notes + VELOCITY_BINS * lowest);
}

/** Writes 0 for the notes of a pitch. */
export function forbidPitch(mask: Uint8Array, pitch: Pitch): void {
  if (pitch < LOWEST || pitch >= LOWEST + KEYS) return;
  const first = firstOf('NOTE') + VELOCITY_BINS * (pitch - LOWEST);
  mask.fill(0, first, first + VELOCITY_BINS);
}

/** Allows the bar line with the next number and the length of the bar before. */
function maskBars({ number, beats }: BeatHead, mask: Uint8Array): void {
  const first = firstOf('BAR');
  for (let length = FEWEST_BEATS; length <= MOST_BEATS; length++) {
    for (let other = 0; other < PERIOD; other++) {
      const follows = (beats === 0 || length === beats) && other === (number + 1) % PERIOD;
      if (!follows) mask[first + PERIOD * (length - FEWEST_BEATS) + other] = 0;
    }
  }
}

function maskChords(mask: Uint8Array, allowed: (beat: number) => boolean): void {
  for (const name of ['CHORD', 'NO_CHORD'] as const) {
    const { first, size } = TABLES[name];
    for (let token = first; token < first + size; token++)
      if (!allowed((token - first) % MOST_BEATS)) mask[token] = 0;
  }
}

const TABLES = Object.fromEntries(beatVocabulary.ranges.map((table) => [table.name, table])) as Record<
  RangeName,
  RangeTable
>;

function firstOf(name: RangeName): number {
  return TABLES[name].first;
}

function forbid(mask: Uint8Array, name: RangeName): void {
  const { first, size } = TABLES[name];
  mask.fill(0, first, first + size);
}

/** Forbids the tokens of all other ranges. */
function keep(mask: Uint8Array, ...names: readonly RangeName[]): void {
  for (const name of Object.keys(TABLES) as RangeName[]) if (!names.includes(name)) forbid(mask, name);
}
