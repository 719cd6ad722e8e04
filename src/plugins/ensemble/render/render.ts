import { type Chance, chanceOf, choose } from '../chance.js';
import { FOLLOWERS, type Follower, type FollowersStep } from '../codec/step.js';
import { type Gesture, gesture } from '../gestures/gesture.js';
import { type Harmony, isTone, sameChord } from '../harmony/chord.js';
import { type Figure, RINGS } from '../material/figure.js';
import { figuresOf, type KnownFigure, LEVELS, METRE } from '../material/figures.js';
import type { Fitted } from './fit.js';
import { fitHand, lasts } from './hand.js';
import { companion, fitLine } from './line.js';
import {
  type BandMemory,
  figuresIn,
  type Held,
  type PartMemory,
  recalled,
  remembering,
  type Sounding,
} from './memory.js';
import { type Outlook, type Place, tonesOfChord, withSeventh } from './plan.js';
import { type Voicing, voicingOf } from './voicing.js';

/** A note of a follower in one beat. */
export interface PlannedNote {
  readonly part: Follower;
  readonly pitch: number;
  readonly velocity: number;
  /** Quarters of the beat. */
  readonly at: number;
  /** Quarters; null: it rings until the part plays on or falls silent. */
  readonly length: number | null;
}

/** What the followers know as a beat begins. */
export interface Moment {
  /** The chord, and what is planned around it. */
  readonly outlook: Outlook;
  /** The harmony of the beat before; null: none. */
  readonly before: Harmony | null;
  /** The beat of the bar, from 0, and the beats of the bar. */
  readonly beat: number;
  readonly bar: number;
  /** Pitches of the leader that sound, and how loud he plays. */
  readonly leader: readonly number[];
  readonly velocity: number;
  /** What rings on from before. */
  readonly sounding: readonly Sounding[];
  readonly chance: Chance;
  /** 0: what everybody plays; 1: what is rare, and chords with sevenths. */
  readonly complexity: number;
  /** The last chord: struck once, and left to ring. */
  readonly last: boolean;
}

/** The bass first, then the chords above it, then the second melody around them. */
const ORDER: readonly Follower[] = ['bass', 'chords', 'counter'];
/** How much likelier a figure is that the part played at this place of the section, and where figures may change; one that it played elsewhere in it. */
const AGAIN = 1000;
const AGAIN_FREELY = 3;
const SAME_SECTION = 5;
/** How much rarer chords of two tones are than where pianists play them: theirs have a melody's note above. */
const THIN = 0.5;
/** How much rarer a chord that is struck once, on the beat, than one that moves within it. */
const BLOCK = 0.4;
/** How much a figure's count says: all of it where nothing is complex, half of it where all is. */
const COMMON = 1;
const RARE = 0.45;
/** In so many of its beats a bass that could strike its note again moves on, by an octave or within the chord. */
const MOVING = 0.25;

/** The notes of one beat, and what the band remembers of it. */
export function renderStep(
  step: FollowersStep,
  moment: Moment,
  memory: BandMemory,
): { readonly notes: readonly PlannedNote[]; readonly memory: BandMemory } {
  const notes: PlannedNote[] = [];
  const after: Record<Follower, PartMemory> = { ...memory };
  for (const part of ORDER) {
    const chosen = choosePlaying(part, step, moment, { memory: after, notes });
    const { place } = moment.outlook;
    const held = { gesture: step[part], figure: chosen?.figure.id ?? null, window: chosen?.window ?? 0 };
    after[part] = remembering(after[part], place, held);
    if (chosen === null) continue;
    notes.push(...notesOf(part, step, chosen, moment));
    after[part] = { ...after[part], last: chosen.pitches.at(-1)!, voicing: chosen.voicing };
  }
  return { notes, memory: after };
}

interface SoFar {
  readonly memory: BandMemory;
  readonly notes: readonly PlannedNote[];
}

interface Chosen extends Fitted {
  readonly figure: KnownFigure;
  readonly window: number;
  readonly voicing: Voicing | null;
}

function choosePlaying(part: Follower, step: FollowersStep, moment: Moment, so: SoFar): Chosen | null {
  const doing = step[part];
  if (doing === gesture.silence || doing === gesture.held) return null;
  const { place } = moment.outlook;
  const before = recalled(so.memory[part], place);
  const section = figuresIn(so.memory[part], place);
  const again = place.free ? AGAIN_FREELY : AGAIN;
  const usual = COMMON + (RARE - COMMON) * moment.complexity;
  const known = figuresOf(part, doing);
  const fits = fitting(part, moment, so, before);
  const all = (moment.last ? known.filter(isStruckOnce) : known).flatMap((figure) => {
    const found = fits(figure);
    if (found === null) return [];
    const thin = styleOf(part, doing, figure);
    const favoured =
      thin * (figure.id === before?.figure ? again : section.has(figure.id) ? SAME_SECTION : 1);
    return [
      { value: { ...found, figure }, weight: favoured * figure.count ** usual * Math.exp(-found.cost) },
    ];
  });
  return choose(all, chanceOf(moment.chance, FOLLOWERS.indexOf(part)));
}

/** How much rarer a figure of chords is than where it was counted. */
function styleOf(part: Follower, doing: Gesture, figure: Figure): number {
  if (part !== 'chords' || doing !== gesture.chord) return 1;
  return (figure.hand === 2 ? THIN : 1) * (isStruckOnce(figure) ? BLOCK : 1);
}

function isStruckOnce({ attacks }: Figure): boolean {
  return attacks.length === 1 && attacks[0]!.at === 0 && attacks[0]!.length === RINGS;
}

/** How a part plays figures in a moment. */
function fitting(
  part: Follower,
  moment: Moment,
  { memory, notes }: SoFar,
  before: Held | null,
): (figure: KnownFigure) => Omit<Chosen, 'figure'> | null {
  const { outlook, beat, bar, leader } = moment;
  const others = [...notes, ...moment.sounding.filter((each) => each.part !== part)].map(
    ({ pitch }) => pitch,
  );
  const tones = tonesOfChord(outlook);
  const around = { tones, strong: beat === 0 || 2 * beat === bar, leader, others };
  const own = memory[part];
  const changes = moment.before === null || !sameChord(moment.before, outlook.harmony);
  const line = {
    ...{ ...around, chord: outlook, last: own.last.at(0), begins: beat === 0 || changes },
    ...{ next: outlook.next, moves: movesOn(outlook.place) },
  };
  const hands = part === 'chords' ? voicings(moment, own, memory.bass.last[0]) : null;
  return (figure) => {
    if (figure.hand === 0) {
      const fitted = fitLine(part, figure, line);
      return fitted && { ...fitted, window: 0, voicing: own.voicing };
    }
    const { now, next } = hands!();
    const window = before?.figure === figure.id ? before.window : null;
    return { ...fitHand(figure, { ...around, voicing: now, next, last: own.last, window }), voicing: now };
  };
}

/** The voicing that goes on, or that of a new chord, and that of the next one. Computed where a hand is needed, once. */
function voicings(moment: Moment, { voicing, last }: PartMemory, bass: number | undefined) {
  const { outlook, leader, complexity } = moment;
  const { next, ceiling, fullness } = outlook;
  const chord = complexity >= 0.5 ? withSeventh(outlook) : outlook;
  let found: { now: Voicing; next: Voicing | null } | null = null;
  return () => {
    if (found === null) {
      const size = tonesOfChord(chord).length > 3 || fullness > FULL ? 4 : 3;
      const before = voicing?.pitches ?? last;
      const context = { size, before, bass, leader, ceiling };
      const now =
        lasts(voicing, chord) && voicing.pitches.length === size ? voicing : voicingOf(chord, context);
      const into = next && voicingOf(next, { ...context, before: now.pitches, bass: undefined, leader: [] });
      found = { now, next: into };
    }
    return found;
  };
}

/** From so full on, chords have four tones. */
const FULL = 0.4;

/** How much of a figure's own accents is left. */
const ACCENTED = 0.5;
const FULLER = 5;

/** Which beats of a section have the bass move on, by their place in two bars alone: the same ones each time. */
function movesOn({ section, at, bar }: Place): boolean {
  return chanceOf({ seed: section.charCodeAt(0) }, at % (2 * bar)) < MOVING;
}

function notesOf(
  part: Follower,
  step: FollowersStep,
  { figure, pitches }: Chosen,
  { outlook: { harmony, fullness }, velocity, beat, bar }: Moment,
): PlannedNote[] {
  const struck = new Set<string>();
  return figure.attacks.flatMap(({ at, length, accent }, index) => {
    const own = pitches[index]!;
    const line = own[0]!;
    const below = figure.hand === 0 && step[part] === gesture.chord ? companion(part, line, harmony) : null;
    const all = below === null ? own : [...own, below];
    return all.flatMap((pitch): PlannedNote[] => {
      if (struck.has(`${pitch} ${at}`)) return [];
      struck.add(`${pitch} ${at}`);
      const metre = METRE[part][at % 4 > 0 ? 3 : beat === 0 ? 0 : 2 * beat === bar ? 1 : 2]!;
      const accented = Math.max(-14, Math.min(14, ACCENTED * accent + metre));
      const loud = Math.round(velocity + LEVELS[part] + accented + FULLER * fullness);
      return [
        {
          part,
          pitch,
          at,
          velocity: Math.max(18, Math.min(118, loud)),
          length: length === RINGS ? null : length,
        },
      ];
    });
  });
}

/** The tone of a chord that stands for one of another: a root for a root; the nearest of them. Other notes stay where the scale has them. */
export function moved(
  pitch: number,
  from: Harmony,
  to: Harmony,
  tones: (harmony: Harmony) => readonly number[],
): number {
  if (isTone(to, pitch)) return pitch;
  const index = tones(from).indexOf(pitch % 12);
  if (index < 0) return nearest(pitch, tones(to));
  return nearest(pitch, [tones(to)[index]!]);
}

function nearest(pitch: number, classes: readonly number[]): number {
  for (let away = 0; away <= 6; away++)
    for (const other of [pitch - away, pitch + away])
      if (classes.includes(((other % 12) + 12) % 12)) return other;
  return pitch;
}
