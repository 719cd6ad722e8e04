import { midiOf } from '../key.js';
import type { Accidentals } from '../sounding.js';
import type { Graces, TuneElement } from '../tune.js';

/** A sound within a note's time, which goes from 0 (where the note begins) to 1 (where the next one does). */
export interface Sound {
  readonly pitch: number;
  readonly from: number;
  readonly to: number;
  /** A short sound, softer than the note. */
  readonly grace: boolean;
}

/** A note to ornament. */
export interface Ornamented {
  readonly element: TuneElement;
  /** Sounding pitch, a MIDI number. */
  readonly pitch: number;
  readonly step: number;
  /** Semitones by which it sounds higher than written: octave= and the like. */
  readonly shift: number;
  /** Length: in eighths as written, and in seconds as played. */
  readonly eighths: number;
  readonly seconds: number;
  /** Whether its meter is compound. */
  readonly threes: boolean;
  /** The accidentals of its bar, including its own. */
  readonly accidentals: Accidentals;
}

/** Seconds of a grace; of one with a slash (acciaccatura); of a cut or tap in a roll; of each note of a trill. */
const GRACE = 0.075;
const SLASHED = 0.045;
const CUT = 0.045;
const SHAKE = 0.085;
/** Largest share of a note that its graces may take. */
const MOST = 0.5;
/** A note shorter than this, in seconds, is played without ornaments. */
const SHORTEST = 0.07;

/**
 * Plays a note with graces or an ornament within the note's own time, so that bar lines keep their times; the last sound
 * is the note itself. undefined for a plain note. Graces are short and on the beat. `~` is a roll as Irish players play
 * it (A. Ng, irishtune.info; L. E. McCullough, The Complete Irish Tinwhistle Tutor): the note, a cut from above, the
 * note, a tap from below, the note, in three thirds. A quarter note in compound meters has the short roll, cut and tap,
 * in two halves; shorter notes have a cut only.
 */
export function ornamented(note: Ornamented): readonly Sound[] | undefined {
  const { element, seconds } = note;
  const names = new Set(element.decorations);
  const graces = element.graces ? gracesOf(element.graces, note) : [];
  const begin = graces.at(-1)?.to ?? 0;
  const rest = (1 - begin) * seconds;
  const main = rest < SHORTEST ? undefined : decorated(names, note, rest);
  if (graces.length === 0 && !main) return undefined;
  const sounds = main ?? [{ pitch: note.pitch, from: 0, to: 1, grace: false }];
  const within = sounds.map(({ from, to, ...sound }) => ({
    ...sound,
    from: begin + from * (1 - begin),
    to: begin + to * (1 - begin),
  }));
  return [...graces, ...within];
}

/** Plays the graces before a rest, in the rest's time. */
export function gracesBefore(
  rest: Pick<Ornamented, 'element' | 'accidentals' | 'shift' | 'seconds'>,
): Sound[] {
  const { graces } = rest.element;
  return graces ? gracesOf(graces, rest) : [];
}

function gracesOf(
  { notes, slashed }: Graces,
  { accidentals, shift, seconds }: Pick<Ornamented, 'accidentals' | 'shift' | 'seconds'>,
): Sound[] {
  const share = Math.min((slashed ? SLASHED : GRACE) / seconds, MOST / notes.length);
  return notes.map(({ pitch }, index) => ({
    pitch: midiOf(pitch.step, pitch.accidental ?? accidentals.implied(pitch.step)) + shift,
    from: index * share,
    to: (index + 1) * share,
    grace: true,
  }));
}

type Neighbours = Readonly<Record<'main' | 'upper' | 'lower', number>>;

/** Sounds with their lengths in seconds; the last one lasts to the end of the note. */
type Steps = readonly (readonly [pitch: number, seconds: number])[];

function decorated(names: ReadonlySet<string>, note: Ornamented, seconds: number): Sound[] | undefined {
  const at = (by: number) => midiOf(note.step + by, note.accidentals.implied(note.step + by)) + note.shift;
  const pitches: Neighbours = { main: note.pitch, upper: at(1), lower: at(-1) };
  const has = (...known: string[]) => known.some((name) => names.has(name));
  if (has('roll', '~')) return sounds(rolled(pitches, note, seconds), seconds);
  if (has('trill', 'trill(')) return sounds(trilled(pitches, seconds), seconds);
  const shape = SHAPES.find(({ names: known }) => has(...known));
  if (!shape) return undefined;
  const length = Math.min(shape.seconds, seconds / shape.least);
  const steps = shape.pitches.map((which): Steps[number] => [pitches[which], length]);
  return sounds([...steps, [pitches.main, 0]], seconds);
}

/** Ornaments that consist of a few short sounds before the note itself. */
const SHAPES: readonly {
  readonly names: readonly string[];
  readonly pitches: readonly (keyof Neighbours)[];
  /** Length of each sound, which is at most 1/`least` of the note. */
  readonly seconds: number;
  readonly least: number;
}[] = [
  { names: ['lowermordent', 'mordent'], pitches: ['main', 'lower'], seconds: SHAKE, least: 4 },
  { names: ['uppermordent', 'pralltriller'], pitches: ['main', 'upper'], seconds: SHAKE, least: 4 },
  { names: ['turn', 'turnx'], pitches: ['upper', 'main', 'lower'], seconds: 2 * SHAKE, least: 4 },
  {
    names: ['invertedturn', 'invertedturnx'],
    pitches: ['lower', 'main', 'upper'],
    seconds: 2 * SHAKE,
    least: 4,
  },
  { names: ['cut'], pitches: ['upper'], seconds: CUT, least: 3 },
  { names: ['tap', 'strike', 'slide'], pitches: ['lower'], seconds: CUT, least: 3 },
];

function sounds(steps: Steps, seconds: number): Sound[] {
  let from = 0;
  return steps.map(([pitch, length], index) => {
    const last = index === steps.length - 1;
    const to = last ? 1 : from + length / seconds;
    const sound = { pitch, from, to, grace: !last && length <= 1.01 * CUT };
    from = to;
    return sound;
  });
}

/** Lengths in eighths. A roll ends after three; a longer note is held on. */
const ROLL = 3;
const QUARTER = 2;

function rolled({ main, upper, lower }: Neighbours, { eighths, threes }: Ornamented, seconds: number): Steps {
  const part = (eighths > ROLL ? (seconds * ROLL) / eighths : seconds) / 3;
  const long = eighths > ROLL - 0.01 || (!threes && eighths > QUARTER - 0.01);
  const cut = Math.min(CUT, part / 3);
  if (long)
    return [
      [main, part],
      [upper, cut],
      [main, part - cut],
      [lower, cut],
      [main, 0],
    ];
  const half = seconds / 2;
  if (eighths > QUARTER - 0.01)
    return [
      [upper, cut],
      [main, half - cut],
      [lower, cut],
      [main, 0],
    ];
  return [
    [upper, cut],
    [main, 0],
  ];
}

/** A trill with the upper neighbour that begins and ends with the main note. */
function trilled({ main, upper }: Neighbours, seconds: number): Steps {
  const count = Math.max(3, 2 * Math.round((seconds / SHAKE - 1) / 2) + 1);
  return Array.from(
    { length: count },
    (_, index) => [index % 2 === 0 ? main : upper, seconds / count] as const,
  );
}
