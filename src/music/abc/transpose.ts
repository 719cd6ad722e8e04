import {
  type Key,
  type Mode,
  midiOf,
  plainKey,
  sharps,
  signature,
  type Tonic,
  tonicFifths,
  tonicOfFifths,
} from './key.js';
import { Accidentals } from './sounding.js';
import type { Alteration, Tune, TuneElement, WrittenPitch } from './tune.js';

/** A transposed key, and by how many staff steps its notes move. */
interface Move {
  readonly key: Key;
  readonly steps: number;
}

/**
 * Transposes a tune to another tonic; written accidentals keep their distance from the signature. Only the first voice
 * moves, and marks such as chord symbols and graces do not (transposeText transposes a whole text). `steps` is the number
 * of staff steps from the old tonic to the new one; by default the shorter way. Explicit accidentals of a key become
 * accidentals of the notes. A key beyond seven sharps or flats gets its enharmonic tonic.
 */
export function transposeTune(tune: Tune, to: Tonic, steps?: number): Tune {
  const from = tonicFifths(tune.key.tonic);
  const way = steps ?? nearest(to.letter - tune.key.tonic.letter, 0);
  return moveTune(tune, way, (key) =>
    writableTonic(tonicOfFifths(tonicFifths(to) + tonicFifths(key.tonic) - from), key.mode),
  );
}

/** Like {@link transposeTune} to C, except that keys of changes stay within -5 to 6 fifths of C. */
export function transposeToC(tune: Tune, steps: number): Tune {
  const from = tonicFifths(tune.key.tonic);
  return moveTune(tune, steps, (key) => {
    const fifths = tonicFifths(key.tonic) - from;
    return tonicOfFifths(((((fifths + 5) % 12) + 12) % 12) - 5);
  });
}

/** The number of steps that equals `steps` modulo an octave and is nearest to `way`. */
function nearest(steps: number, way: number): number {
  const ahead = (((steps - way) % 7) + 7) % 7;
  return way + (ahead > 3 ? ahead - 7 : ahead);
}

/** The tonic, or its enharmonic where its signature would have more than seven sharps or flats. */
export function writableTonic(tonic: Tonic, mode: Mode): Tonic {
  const count = sharps(tonic, mode);
  return Math.abs(count) <= 7 ? tonic : tonicOfFifths(tonicFifths(tonic) - 12 * Math.round(count / 12));
}

function moveTune(tune: Tune, way: number, tonicOf: (key: Key) => Tonic): Tune {
  const move = (key: Key): Move => {
    const tonic = tonicOf(key);
    return { key: { tonic, mode: plainKey(key).mode }, steps: nearest(tonic.letter - key.tonic.letter, way) };
  };
  const plain = [
    tune.key,
    ...tune.body.flatMap((element) => (element.kind === 'key' ? [element.key] : [])),
  ].every(({ accidentals }) => accidentals === undefined);
  const body = (plain && tune.propagation === undefined && moveSigns(tune, move)) || respell(tune, move);
  const { propagation: _, ...rest } = tune;
  return { ...rest, key: move(tune.key).key, body };
}

/** Moves written accidentals with their notes. undefined where one would need a triple sharp or flat. */
function moveSigns(tune: Tune, move: (key: Key) => Move): TuneElement[] | undefined {
  let { from, to, steps } = signatures(tune.key, move);
  let possible = true;
  const moved = ({ step, accidental }: WrittenPitch): WrittenPitch => {
    if (accidental === undefined) return { step: step + steps };
    const alter = accidental - from[letterOf(step)]! + to[letterOf(step + steps)]!;
    if (Math.abs(alter) > 2) possible = false;
    return { step: step + steps, accidental: alter as Alteration };
  };
  const body = tune.body.map((element): TuneElement => {
    if (element.kind === 'key') {
      ({ from, to, steps } = signatures(element.key, move));
      return { ...element, key: move(element.key).key };
    }
    return mapPitches(element, moved);
  });
  return possible ? body : undefined;
}

function signatures(key: Key, move: (key: Key) => Move) {
  const moved = move(key);
  return { from: signature(plainKey(key)), to: signature(moved.key), steps: moved.steps };
}

/** Respells each note from its sound, with only the accidentals that the new keys need. */
function respell(tune: Tune, move: (key: Key) => Move): TuneElement[] {
  const accidentals = new Accidentals(tune.key, tune.propagation);
  let { from, to, steps } = signatures(tune.key, move);
  const written = new Accidentals(move(tune.key).key);
  return tune.body.map((element): TuneElement => {
    accidentals.pass(element);
    if (element.kind === 'key') {
      ({ from, to, steps } = signatures(element.key, move));
      const moved = { ...element, key: move(element.key).key };
      written.pass(moved);
      return moved;
    }
    written.pass(element);
    const result = mapPitches(element, (pitch, tie) => {
      const alter = accidentals.sound(pitch, tie);
      const moved = alter - from[letterOf(pitch.step)]! + to[letterOf(pitch.step + steps)]!;
      const { step, alter: wanted } = spelled(pitch.step + steps, moved);
      const next = written.implied(step) === wanted ? { step } : { step, accidental: wanted as Alteration };
      written.sound(next, tie);
      return next;
    });
    if (element.kind === 'note' || element.kind === 'chord' || element.kind === 'rest') {
      accidentals.noteEnds();
      written.noteEnds();
    }
    return result;
  });
}

/** Respells a pitch on the next step where it would need a triple sharp or flat. */
function spelled(step: number, alter: number): { step: number; alter: number } {
  if (Math.abs(alter) <= 2) return { step, alter };
  const next = step + Math.sign(alter);
  return spelled(next, alter - (midiOf(next, 0) - midiOf(step, 0)));
}

function letterOf(step: number): number {
  return ((step % 7) + 7) % 7;
}

/** Maps each pitch of an element, in written order; `tie` says whether the note is tied to the next. */
function mapPitches(
  element: TuneElement,
  map: (pitch: WrittenPitch, tie: boolean) => WrittenPitch,
): TuneElement {
  if (element.kind === 'note') return { ...element, pitch: map(element.pitch, element.tie) };
  if (element.kind !== 'chord') return element;
  const { tie } = element;
  return {
    ...element,
    notes: element.notes.map((note) => ({ ...note, pitch: map(note.pitch, note.tie || tie) })),
  };
}
