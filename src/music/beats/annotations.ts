import { ContinuoError } from '../../errors.js';
import { type Chord, parseChord } from '../chords/chord.js';
import type { Seconds } from '../units.js';

/** What people or programs heard of beats and chords in one file of a corpus; times are the file's. */
export interface Annotation {
  readonly beats: readonly {
    readonly time: Seconds;
    /** Whether a bar begins there, by each of the two readings. */
    readonly begins: readonly [boolean, boolean];
  }[];
  /** Chords with the times at which they begin; null where none sounds. */
  readonly chords: readonly AnnotatedChord[];
}

export interface AnnotatedChord {
  readonly time: Seconds;
  readonly chord: Chord | null;
}

const BEATS = 'beat_midi.tsv';
const CHORDS = 'chord_midi.tsv';
/** The tables, as plugin.json names them too. */
export const ANNOTATION_FILES: readonly string[] = [BEATS, CHORDS];
const BEAT_COLUMNS = ['song', 'time_s', 'downbeat_hypothesis_1', 'downbeat_hypothesis_2'] as const;
const CHORD_COLUMNS = ['song', 'start_s', 'end_s', 'chord'] as const;

/**
 * The annotations of a corpus by the names of its files, without folder and extension, from POP909's tables beat_midi.tsv and
 * chord_midi.tsv. Throws ANNOTATION_BROKEN.
 */
export function readAnnotations(
  tables: Readonly<Record<string, Uint8Array>>,
): ReadonlyMap<string, Annotation> {
  const songs = new Map<string, { beats: Annotation['beats'][number][]; chords: AnnotatedChord[] }>();
  const of = (song: string) => {
    const known = songs.get(song) ?? { beats: [], chords: [] };
    songs.set(song, known);
    return known;
  };
  for (const { line, field } of tableOf(tables[BEATS], BEATS, BEAT_COLUMNS)) {
    const number = (column: (typeof BEAT_COLUMNS)[number]) => numberIn(field(column), BEATS, line);
    of(field('song')).beats.push({
      time: number('time_s'),
      begins: [number('downbeat_hypothesis_1') > 0, number('downbeat_hypothesis_2') > 0],
    });
  }
  for (const { line, field } of tableOf(tables[CHORDS], CHORDS, CHORD_COLUMNS)) {
    const text = field('chord');
    const chord = parseChord(text);
    if (chord === undefined) throw broken(CHORDS, line, 'a chord such as C:min7/5, or N', text);
    of(field('song')).chords.push({ time: numberIn(field('start_s'), CHORDS, line), chord });
  }
  for (const { beats, chords } of songs.values()) {
    beats.sort((a, b) => a.time - b.time);
    chords.sort((a, b) => a.time - b.time);
  }
  return songs;
}

/** The name that a corpus file has in the tables. */
export function annotatedName(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
}

/** The rows of a table of tabs that has these columns; an absent field is empty. */
function tableOf<Column extends string>(
  bytes: Uint8Array | undefined,
  name: string,
  columns: readonly Column[],
): { line: number; field: (column: Column) => string }[] {
  const [header = '', ...rows] = new TextDecoder().decode(bytes).split(/\r?\n/);
  const names = header.split('\t').map((column) => column.trim());
  if (!columns.every((column) => names.includes(column)))
    throw broken(name, 1, `the columns ${columns.join(', ')}`, header);
  return rows.flatMap((row, index) => {
    if (row.trim() === '') return [];
    const fields = row.split('\t');
    return [{ line: index + 2, field: (column) => fields[names.indexOf(column)]?.trim() ?? '' }];
  });
}

function numberIn(text: string, name: string, line: number): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw broken(name, line, 'a number', text);
}

function broken(name: string, line: number, expected: string, got: string): ContinuoError {
  return new ContinuoError(
    'ANNOTATION_BROKEN',
    `${name}, line ${line}: expected ${expected}, got ${JSON.stringify(got.slice(0, 60))}.`,
    `Annotations are two tables of tabs, ${BEATS} (${BEAT_COLUMNS.join(', ')}) and ${CHORDS} (${CHORD_COLUMNS.join(', ')}).`,
  );
}
