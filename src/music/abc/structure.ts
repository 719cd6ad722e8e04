import { midiOf } from './key.js';
import { Accidentals } from './sounding.js';
import { soundingDurations } from './timing.js';
import type { Tune } from './tune.js';

/** How a tune is built: repetition, endings of parts, and range. */
export interface Structure {
  /** Share of the bars that equal an earlier bar of their part, from 0 to 1. */
  readonly repeatedWithin: number;
  /** Share of the bars of later parts that equal a bar of an earlier part, from 0 to 1. */
  readonly repeatedBetween: number;
  /** Whether the last note is the tonic, and how many parts end on it. */
  readonly endsOnTonic: boolean;
  readonly partsOnTonic: number;
  /** MIDI numbers of the lowest and highest note. */
  readonly lowest: number;
  readonly highest: number;
}

/** Measures the structure of a tune, from sounding pitches. */
export function structureOf(tune: Tune): Structure {
  const parts: string[][] = [[]];
  const ends: (number | null)[] = [];
  const durations = soundingDurations(tune.body);
  const accidentals = new Accidentals(tune.key, tune.propagation);
  let bar = '';
  let last: number | null = null;
  let [lowest, highest] = [127, 0];
  const endBar = () => {
    if (bar !== '') parts.at(-1)!.push(bar);
    bar = '';
  };
  const endPart = () => {
    endBar();
    if (parts.at(-1)!.length === 0) return;
    ends.push(last);
    parts.push([]);
  };
  for (const [index, element] of tune.body.entries()) {
    accidentals.pass(element);
    const { num, den } = durations[index]!;
    if (element.kind === 'bar') {
      const fork = tune.body[index + 1];
      if (element.line === '|' || (fork?.kind === 'volta' && fork.ending === '2')) endBar();
      else endPart();
    } else if (element.kind === 'volta') endBar();
    else if (element.kind === 'rest') bar += ` z ${num}/${den}`;
    else if (element.kind === 'note' || element.kind === 'chord') {
      const notes = element.kind === 'note' ? [element] : element.notes;
      for (const { pitch, tie } of notes) {
        const sounding = midiOf(pitch.step, accidentals.sound(pitch, tie));
        bar += ` ${sounding}`;
        lowest = Math.min(lowest, sounding);
        highest = Math.max(highest, sounding);
        last = sounding;
      }
      bar += ` ${num}/${den}`;
      accidentals.noteEnds();
    }
  }
  endPart();
  parts.pop();
  const tonic = ((midiOf(tune.key.tonic.letter, tune.key.tonic.alter) % 12) + 12) % 12;
  const onTonic = ends.map((pitch) => pitch !== null && pitch % 12 === tonic);
  return {
    repeatedWithin: share(parts.flatMap((bars) => bars.map((bar, index) => bars.indexOf(bar) < index))),
    repeatedBetween: share(
      parts.flatMap((bars, part) =>
        part === 0 ? [] : bars.map((bar) => parts.slice(0, part).some((before) => before.includes(bar))),
      ),
    ),
    endsOnTonic: onTonic.at(-1) ?? false,
    partsOnTonic: onTonic.filter(Boolean).length,
    lowest,
    highest,
  };
}

function share(said: readonly boolean[]): number {
  return said.length === 0 ? 0 : said.filter(Boolean).length / said.length;
}
