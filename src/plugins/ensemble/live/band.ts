import type { TurnKind } from '../../../codec/codec.js';
import { type Chance, chanceOf } from '../chance.js';
import { FOLLOWERS, type Follower } from '../codec/step.js';
import { type Gesture, gesture } from '../gestures/gesture.js';
import { type Harmony, isTone, sameChord } from '../harmony/chord.js';
import {
  type BeatPlace,
  type HeardNote,
  type Hearing,
  harmonyNow,
  NOTHING_HEARD,
  nextBeat,
} from '../harmony/listener.js';
import { closing, lastBars, nextChord } from '../harmony/progression.js';
import { type BandMemory, breaksOff, NOTHING_PLAYED } from '../render/memory.js';
import type { Place } from '../render/plan.js';
import type { Settings } from './settings.js';
import type { OpenNote } from './turn.js';
import type { Allowed } from './wanted.js';

/** After so many beats without the leader, the next bar is the last. */
const QUIET = 6;
/** The second melody rests for so many bars at most, while somebody leads. */
const LONG_REST = 4;
/** Before anything is heard. */
const FIRST_CHORD: Harmony = { tonic: 0, root: 0, triad: 0 };

/** What the band knows of the music. Never changed in place. */
export interface Band {
  readonly hearing: Hearing;
  readonly memory: BandMemory;
  readonly chance: Chance;
  /** The harmony of the beat that began last, and that of the one before; null: none yet. */
  readonly harmony: Harmony;
  readonly before: Harmony | null;
  /** What the leader did in the last beat, and for how many beats he has been silent. */
  readonly leader: Gesture;
  readonly silent: number;
  /** Beats since the last chord began; null: no end is near. */
  readonly closing: number | null;
  /** For how many beats the second melody has rested. */
  readonly rested: number;
  /** The chords that go round while nobody leads, a beat each, and how many of them have been played. */
  readonly loop: readonly Harmony[];
  readonly looped: number;
}

export const NEW_BAND: Band = {
  ...{
    hearing: NOTHING_HEARD,
    memory: NOTHING_PLAYED,
    chance: { seed: 0 },
    harmony: FIRST_CHORD,
    before: null,
  },
  ...{ leader: gesture.silence, silent: 0, closing: null, rested: 0, loop: [], looped: 0 },
};

/** The beat that begins. */
export interface NewBeat {
  /** Its place in the bar, from 0, and the beats of a bar. */
  readonly at: number;
  readonly bar: number;
  readonly kind: TurnKind;
  /** What the leader did in the beat before, and what was heard of him then and now. */
  readonly leader: Gesture;
  readonly heard: readonly HeardNote[];
  readonly now: readonly HeardNote[];
  /** The harmony where it is known from the file; null: it is heard. */
  readonly known: Harmony | null;
  /** Whether the turn ends with this bar. */
  readonly endsHere: boolean;
}

export function placeOf(at: number, bar: number): BeatPlace {
  return at === 0 ? 'bar' : 2 * at === bar ? 'half' : 'beat';
}

/** A turn in which nobody leads goes round the chords of the last bars. */
export function withoutLeader(band: Band, bar: number): Band {
  return { ...band, loop: lastBars(band.hearing, bar), looped: 0, closing: null };
}

/** As a beat begins: what it is in, and whether the end is near. */
export function beginBeat(band: Band, beat: NewBeat): Band {
  const hearing = nextBeat(band.hearing, beat.heard, placeOf(beat.at, beat.bar));
  const silent = beat.leader === gesture.silence ? band.silent + 1 : 0;
  const next = { ...band, hearing, silent, leader: beat.leader, before: band.harmony };
  const closes = closesAt(next, beat);
  const led = { ...next, closing: closes, ...chordOf(next, beat) };
  // Where the harmony is planned, so is its end.
  return closes === 0 && beat.known === null ? { ...led, harmony: closing(hearing, led.harmony) } : led;
}

function closesAt({ closing, silent, leader }: Band, { at, kind, endsHere, known }: NewBeat): number | null {
  // In a whole file the leader comes back.
  const over = kind === 'along' && known === null && silent >= QUIET;
  if (closing === null) return at === 0 && (endsHere || over) ? 0 : null;
  return leader === gesture.silence || endsHere ? closing + 1 : null;
}

function chordOf(band: Band, { kind, known, now, at, bar }: NewBeat): Pick<Band, 'harmony' | 'looped'> {
  if (known !== null) return { harmony: known, looped: 0 };
  if (kind === 'along' || band.silent === 0)
    return {
      harmony: harmonyNow(band.hearing, now, { before: band.harmony, place: placeOf(at, bar) }),
      looped: 0,
    };
  if (band.loop.length > 0)
    return { harmony: band.loop[band.looped % band.loop.length]!, looped: band.looped + 1 };
  const goesOn = at !== 0 || band.looped === 0;
  return {
    harmony: goesOn ? band.harmony : nextChord(band.harmony, chanceOf(band.chance, FOLLOWERS.length)),
    looped: band.looped + 1,
  };
}

/** What each follower may do in the beat that begins; `entered`: whether the band has come in. */
export function allowedIn(
  band: Band,
  settings: Settings,
  {
    open,
    entered,
    place,
  }: { readonly open: readonly OpenNote[]; readonly entered: boolean; readonly place: Place },
): Allowed {
  const allowed = (part: Follower) => {
    const rings = open.filter((note) => note.part === part && note.end === null);
    if (!entered || !settings.plays[part]) return only(gesture.silence);
    if (band.closing !== null)
      return lastChord(part, { beats: band.closing, bar: settings.bar, rings: rings.length > 0 });
    const holds =
      rings.length > 0 && (!changes(band) || rings.every(({ pitch }) => isTone(band.harmony, pitch)));
    const rests = band.silent > 1 || restsWhileLed(part, band, place, rings.length > 0);
    return (each: Gesture) => (each !== gesture.held || holds) && (each !== gesture.silence || rests);
  };
  return Object.fromEntries(FOLLOWERS.map((part) => [part, allowed(part)])) as Allowed;
}

/** While somebody leads, chords and bass carry him through each bar, chord and figure, and the second melody is not away for long. */
function restsWhileLed(part: Follower, band: Band, place: Place, rings: boolean): boolean {
  const beginsBar = place.at % place.bar === 0;
  if (part === 'counter') return !beginsBar || rings || band.rested < LONG_REST * place.bar;
  if ((beginsBar || changes(band)) && !rings) return false;
  return place.free || !breaksOff(band.memory[part], place);
}

function changes({ before, harmony }: Band): boolean {
  return before === null || !sameChord(before, harmony);
}

function only(gesture: Gesture): (each: Gesture) => boolean {
  return (each) => each === gesture;
}

/** The last chord is struck, and rings for a bar; then there is silence. */
function lastChord(
  part: Follower,
  { beats, bar, rings }: { readonly beats: number; readonly bar: number; readonly rings: boolean },
): (each: Gesture) => boolean {
  if (beats === 0) return only(part === 'chords' ? gesture.chord : gesture.tone);
  return only(rings && beats < bar ? gesture.held : gesture.silence);
}
