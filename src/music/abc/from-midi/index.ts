import type { MidiPiece } from '../../midi/piece.js';
import { add, fraction, ONE } from '../fraction.js';
import { type Key, keyText } from '../key.js';
import { barLength, isCompound, meterText } from '../meter.js';
import { readTempo } from '../tempo.js';
import type { Meter, Tune } from '../tune.js';
import { type Placed, type PlacedNote, placedLine } from './grid.js';
import { heardKey, keyWithin, saidKey } from './key.js';
import { eighthsOf, lineOf } from './line.js';
import { heardMeter } from './meter.js';
import { type MeterAt, notated } from './notate.js';
import { unswung } from './swing.js';

export interface FromMidiOptions {
  /** Counted from 1 through the tracks that have notes. */
  readonly track?: number;
  /** Notes stand on so many parts of a whole note; found where nothing is said. */
  readonly grid?: number;
  readonly meter?: Meter;
  readonly key?: Key;
  readonly title?: string;
}

export interface FromMidi {
  readonly tune: Tune;
  /** What the file said, what was estimated, and what was left out, a sentence each. */
  readonly said: readonly string[];
}

/**
 * The tune of a MIDI file that has one line of notes: meter and key as the file says them, else as they are heard; tempo; notes on a
 * grid; a pickup, ties, tuplets and rests. Throws MIDI_EMPTY, MIDI_POLYPHONY, OPTION_VALUE.
 */
export function tuneFromMidi(piece: MidiPiece, options: FromMidiOptions = {}): FromMidi {
  const eighths = eighthsOf(piece);
  const signatures = piece.timeSignatures.map(({ time, numerator, denominator }) => ({
    at: eighths(time),
    meter: { num: numerator, den: denominator },
  }));
  const barAt = (time: number) => barNumber(signatures, options.meter, time);
  const line = lineOf(piece, options.track, barAt);
  const said: string[] = [];
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
  const bpm = piece.tempos[0]?.bpm;
  const tempo = bpm === undefined ? undefined : tempoText(bpm, meter);
  if (tempo !== undefined) said.push(`tempo ${tempo}`);
  said.push(gridText(placed, options.grid !== undefined));
  if (piece.tempos.length > 1) said.push(`${piece.tempos.length - 1} changes of tempo are left out`);
  if (even) said.push('pairs of notes played two to one are written even, as in a hornpipe (R:)');
  const body = notated(even ?? placed.notes, meters, pickup, key);
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

interface Signature {
  readonly at: number;
  readonly meter: Meter;
}

/** A first signature that is shorter than the next, and lasts for one bar, is a pickup. */
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
  // A first note where a bar of the file begins may yet be a pickup that the file does not tell: it is heard.
  const alone = short === 0 && main.length === 1 && Math.min(inBar, full - inBar) < 0.01;
  const pickup =
    short > 0 && start < main[0]!.at
      ? main[0]!.at - start
      : alone
        ? heardMeter(notes, holding.meter).pickup
        : inBar < 0.01 || full - inBar < 0.01
          ? 0
          : full - inBar;
  // Bars may end at a third.
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

/** Which bar a time lies in, counted from 1. */
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

/** Beats of the meter a minute. */
function tempoText(bpm: number, meter: Meter): string {
  const [num, den] = isCompound(meter) ? [3, meter.den] : meter.den === 2 ? [1, 2] : [1, 4];
  return `${num}/${den}=${Math.max(1, Math.round((bpm * den) / (4 * num)))}`;
}
