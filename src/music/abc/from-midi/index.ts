import { ContinuoError } from '../../../errors.js';
import type { MidiPiece } from '../../midi/piece.js';
import { add, fraction, ONE } from '../fraction.js';
import { type Key, keyText } from '../key.js';
import { barLength, isCompound, meterText, readMeter } from '../meter.js';
import { MOST_ELEMENTS } from '../read-body.js';
import { readTempo } from '../tempo.js';
import type { Meter, Tune } from '../tune.js';
import { type Placed, type PlacedNote, placedLine } from './grid.js';
import { heardKey, keyWithin, saidKey } from './key.js';
import { eighthsOf, lineOf } from './line.js';
import { heardMeter } from './meter.js';
import { type MeterAt, notated } from './notate.js';
import { unswung } from './swing.js';

export interface FromMidiOptions {
  /** Which track to read, counted from 1 through the tracks that have notes. */
  readonly track?: number;
  /** Grid to quantise to, as parts of a whole note (16 is sixteenths); found from the notes where absent. */
  readonly grid?: number;
  readonly meter?: Meter;
  readonly key?: Key;
  readonly title?: string;
}

export interface FromMidi {
  readonly tune: Tune;
  /** Sentences that report what the file said, what was estimated, and what was left out. */
  readonly said: readonly string[];
}

/**
 * Writes a MIDI file of one melody line as a tune: tempo, meter, key, notes on a grid, pickup, ties, tuplets and rests.
 * Meter and key come from the options, else from the file, else they are estimated from the notes. Throws MIDI_EMPTY,
 * MIDI_POLYPHONY, MIDI_TOO_LARGE, OPTION_VALUE.
 */
export function tuneFromMidi(piece: MidiPiece, options: FromMidiOptions = {}): FromMidi {
  const eighths = eighthsOf(piece);
  const all = piece.timeSignatures.map(({ time, numerator, denominator }) => ({
    at: eighths(time),
    meter: { num: numerator, den: denominator },
  }));
  const signatures = all.filter(({ meter }) => typeof readMeter(meterText(meter)) === 'object');
  const barAt = (time: number) => barNumber(signatures, options.meter, time);
  const line = lineOf(piece, options.track, barAt);
  if (line.length > MOST_ELEMENTS) throw tooLong(line.length);
  const said: string[] = [];
  const odd = all.find((signature) => !signatures.includes(signature));
  if (odd) said.push(`${meterText(odd.meter)}, which the file says, is no meter of a tune and is left out`);
  const fileMeter = options.meter ?? mainMeter(signatures);
  const beat = fileMeter && isCompound(fileMeter) ? 24 / fileMeter.den : 2;
  const placed = placedLine(line, beat, options.grid);
  const { meters, pickup: opening, how } = metersOf(placed.notes, signatures, options.meter);
  const { meter } = meters[0]!;
  const pickup = fraction(Math.round(2 * opening), 2);
  const even = meters.length === 1 ? unswung(placed.notes, meter, pickup) : undefined;
  const fileKey = saidKey(piece);
  const key = options.key ?? (fileKey ? keyWithin(fileKey, placed.notes) : heardKey(placed.notes));
  said.push(`meter ${[...new Set(meters.map(({ meter }) => meterText(meter)))].join(', ')} (${how})`);
  const howKey = !fileKey
    ? 'estimated'
    : keyText(fileKey) === keyText(key)
      ? 'from the file'
      : `the signature from the file, which says ${keyText(fileKey)}; the tonic estimated`;
  said.push(`key ${keyText(key)} (${options.key ? 'as asked' : howKey})`);
  const tempo = tempoOf(piece, meter, said);
  said.push(gridText(placed, options.grid !== undefined));
  const silence = (placed.notes[0]!.start.num * meter.den) / (placed.notes[0]!.start.den * 8 * meter.num);
  if (silence >= 2) said.push(`${Math.floor(silence)} bars of silence before the first note are left out`);
  if (even) said.push('pairs of notes played two to one are written even, as in a hornpipe (R:)');
  const [first, last] = [placed.notes[0]!.start, placed.notes.at(-1)!.end];
  const shortest = Math.min(...meters.map(({ meter }) => (8 * meter.num) / meter.den));
  const bars = Math.floor((last.num / last.den - first.num / first.den) / shortest);
  if (bars > MOST_ELEMENTS) throw tooLong(bars);
  const body = notated(even ?? placed.notes, meters, pickup, key);
  if (body.length > MOST_ELEMENTS) throw tooLong(body.length);
  const repeats = body.filter((sign) => sign.kind === 'bar' && sign.line === ':|').length;
  if (repeats > 0) said.push(repeats === 1 ? 'one part is repeated' : `${repeats} parts are repeated`);
  const title = options.title ?? '';
  const tune: Tune = {
    number: '1',
    titles: title === '' ? [] : [title],
    ...(even ? { type: 'hornpipe' } : {}),
    meter,
    ...(tempo === undefined ? {} : { tempo, speed: readTempo(tempo, ONE).eighths! }),
    fields: [],
    key,
    body,
  };
  return { tune, said };
}

function tooLong(length: number): ContinuoError {
  return new ContinuoError(
    'MIDI_TOO_LARGE',
    `The notes, rests and bar lines of the file are at least ${length}, and a tune has at most ${MOST_ELEMENTS}.`,
    'Give a part of it: cut it, or the silence in it, with a sequencer.',
  );
}

/** The Q: field for the file's first tempo, undefined where it is out of range for a tune; adds a sentence to `said`. */
function tempoOf({ tempos }: MidiPiece, meter: Meter, said: string[]): string | undefined {
  const bpm = tempos[0]?.bpm;
  if (bpm === undefined) return undefined;
  const tempo = tempoText(bpm, meter);
  const fits = readTempo(tempo, ONE).eighths !== undefined;
  const changes = tempos.length - 1;
  said.push(fits ? `tempo ${tempo}` : `a tempo of ${tempo} is none of a tune and is left out`);
  if (changes > 0)
    said.push(changes === 1 ? 'one change of tempo is left out' : `${changes} changes of tempo are left out`);
  return fits ? tempo : undefined;
}

interface Signature {
  readonly at: number;
  readonly meter: Meter;
}

/**
 * Length of a pickup in eighths: a first time signature that is shorter than the next one and lasts for one bar; else 0.
 */
function saidPickup([first, second]: readonly Signature[]): number {
  if (!first || !second) return 0;
  const [short, full] = [first, second].map(({ meter }) => barLength(meter));
  const length = short!.num / short!.den;
  const isPickup = length < full!.num / full!.den && Math.abs(second.at - first.at - length) < 0.05;
  return isPickup ? length : 0;
}

function mainMeter(signatures: readonly Signature[]): Meter | undefined {
  return (saidPickup(signatures) > 0 ? signatures[1] : signatures[0])?.meter;
}

function metersOf(
  notes: readonly PlacedNote[],
  signatures: readonly Signature[],
  asked: Meter | undefined,
): { meters: readonly MeterAt[]; pickup: number; how: string } {
  const first = notes[0]!.start;
  const start = first.num / first.den;
  if (asked || signatures.length === 0) {
    const { meter, pickup } = heardMeter(notes, asked);
    return { meters: [{ from: first, meter }], pickup, how: asked ? 'as asked' : 'estimated' };
  }
  const short = saidPickup(signatures);
  const main = short > 0 ? signatures.slice(1) : signatures;
  const from = main.findLastIndex(({ at }) => at <= start + 0.05);
  const holding = main[Math.max(0, from)]!;
  const { num, den } = barLength(holding.meter);
  const full = num / den;
  const inBar = (((start - holding.at) % full) + full) % full;
  // A first note at a bar line of the file may be a pickup that the file does not mark, so the pickup is estimated.
  const alone = short === 0 && main.length === 1 && Math.min(inBar, full - inBar) < 0.01;
  const pickup =
    short > 0 && start < main[0]!.at
      ? main[0]!.at - start
      : alone
        ? heardMeter(notes, holding.meter).pickup
        : inBar < 0.01 || full - inBar < 0.01
          ? 0
          : full - inBar;
  // A meter may change at a third of an eighth.
  const change = (at: number) => fraction(Math.round(24 * at), 24);
  const meters = main
    .filter(
      ({ at, meter }, index) =>
        at > start && meterText(meter) !== meterText((main[index - 1] ?? holding).meter),
    )
    .map(({ at, meter }) => ({ from: change(at), meter }));
  const how = alone && pickup > 0 ? 'from the file; the pickup estimated' : 'from the file';
  return { meters: [{ from: add(first, fraction(0)), meter: holding.meter }, ...meters], pickup, how };
}

/** The number of the bar that contains a time, counted from 1. */
function barNumber(signatures: readonly Signature[], asked: Meter | undefined, time: number): number {
  const list =
    asked || signatures.length === 0 ? [{ at: 0, meter: asked ?? { num: 4, den: 4 } }] : signatures;
  let bars = 0;
  for (const [index, { at, meter }] of list.entries()) {
    const { num, den } = barLength(meter);
    const until = Math.min(time, list[index + 1]?.at ?? time);
    if (until > at) bars += Math.floor((until - at) / (num / den) + 1e-6);
    if (until === time) break;
  }
  return bars + 1;
}

function gridText({ grid, tuplets, exact, moved }: Placed, asked: boolean): string {
  const name = `grid of 1/${grid}${tuplets ? ' with tuplets' : ''}`;
  if (exact) return `notes stand on a ${name}`;
  return `notes moved to a ${name} (${asked ? 'as asked' : 'found'}), by 1/${Math.round(8 / Math.max(moved, 0.001))} of a whole note at most`;
}

/** A Q: field in beats of the meter a minute. */
function tempoText(bpm: number, meter: Meter): string {
  const [num, den] = isCompound(meter) ? [3, meter.den] : meter.den === 2 ? [1, 2] : [1, 4];
  return `${num}/${den}=${Math.max(1, Math.round((bpm * den) / (4 * num)))}`;
}
