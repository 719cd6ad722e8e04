import { midiOf } from '../music/abc/key.js';
import { Accidentals } from '../music/abc/sounding.js';
import { soundingDurations } from '../music/abc/timing.js';
import type { Tune } from '../music/abc/tune.js';

/** What is measured of a tune, and what it is worth among candidates. */
export interface Structure {
  /** Share of the bars that are those of an earlier bar of their part. */
  readonly repeatedWithin: number;
  /** Share of the bars of later parts that are those of an earlier part. */
  readonly repeatedBetween: number;
  /** The last note is the tonic; and the last notes of how many parts. */
  readonly endsOnTonic: boolean;
  readonly partsOnTonic: number;
  /** MIDI numbers of the lowest and highest note. */
  readonly lowest: number;
  readonly highest: number;
}

export interface Rank extends Structure {
  /** Mean cost of a token to the network, unmasked. */
  readonly natsPerToken: number;
  /** What candidates are ordered by; its terms add up to it. */
  readonly score: number;
  readonly terms: Readonly<Record<'likelihood' | 'within' | 'between' | 'cadence' | 'range', number>>;
}

/** Up to here repetition is worth more: the median of O'Neill's 1850 and Ceol Rince na hÉireann lies between 0.11 and 0.18. */
const ENOUGH = 0.15;
/** Nine of ten of their tunes repeat less than this. */
const TOO_MUCH = 0.45;
/** Semitones between the lowest and the highest note of nine in ten of their tunes. */
const USUAL_RANGE = [13, 23] as const;

export function structureOf(tune: Tune): Structure {
  const parts: string[][] = [[]];
  const ends: (number | null)[] = [];
  const durations = soundingDurations(tune.body);
  const heard = new Accidentals(tune.key);
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
    heard.pass(element);
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
        const sounding = midiOf(pitch.step, heard.sound(pitch, tie));
        bar += ` ${sounding}`;
        lowest = Math.min(lowest, sounding);
        highest = Math.max(highest, sounding);
        last = sounding;
      }
      bar += ` ${num}/${den}`;
      heard.noteEnds();
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

/**
 * Orders candidates: the likelier the better, and what tunes have that a likelihood token by token does not see. Candidates of one
 * request differ by some 0.12 nats a token (standard deviation), so that each of these weighs as much as a clear difference.
 */
export function rankOf(tune: Tune, natsPerToken: number): Rank {
  const structure = structureOf(tune);
  const { repeatedWithin, repeatedBetween, lowest, highest } = structure;
  const [narrow, wide] = USUAL_RANGE;
  const range = highest - lowest;
  const outside = Math.max(0, narrow - range, range - wide);
  const terms = {
    likelihood: -natsPerToken,
    within: 0.2 * worth(repeatedWithin),
    between: 0.2 * worth(repeatedBetween),
    cadence: structure.endsOnTonic ? 0.2 : 0,
    range: -0.02 * outside,
  };
  const score = Object.values(terms).reduce((sum, term) => sum + term, 0);
  return { ...structure, natsPerToken, score, terms };
}

/** 0 to 1 up to what is enough; falls again beyond too much. */
function worth(share: number): number {
  if (share <= TOO_MUCH) return Math.min(1, share / ENOUGH);
  return 1 - (share - TOO_MUCH) / (1 - TOO_MUCH);
}
