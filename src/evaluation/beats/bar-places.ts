import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { uniform } from '../../model/random.js';
import { beatMapOf } from '../../music/beats/annotated-bars.js';
import { ANNOTATION_FILES, annotatedName, readAnnotations } from '../../music/beats/annotations.js';
import { type BeatMap, mapBetween } from '../../music/beats/beat-map.js';
import { readMidi } from '../../music/midi/read.js';
import type { Note } from '../../music/note.js';
import { applyPedal } from '../../music/pedal.js';
import { pianoPerformance } from '../../music/to-performance.js';
import type { Seconds } from '../../music/units.js';
import type { ChordChange } from '../../plugins/piano/beats/codec/index.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { type CorpusKind, readCorpus } from '../../training/dataset/corpus.js';
import { readAid } from '../../training/dataset/open-codec.js';
import { excerpt } from '../piano/excerpts.js';
import type { BarContext } from './bar-measures.js';

/** A place in a held-out song with annotated beats; times start where listening starts. */
export interface BarPlace {
  readonly path: string;
  readonly context: BarContext;
  /** Root of the chord annotated for the last whole beat before the place; null if there is none. */
  readonly root: number | null;
  /** How people continued, from the context's `from`. */
  readonly followed: readonly Note[];
}

export interface BarPlaceOptions {
  /** Folder of MIDI files with splits.csv, and the folder of their annotations. */
  readonly corpus: string;
  readonly beats: string;
  readonly count: number;
  readonly seed: number;
  readonly promptSeconds: Seconds;
  readonly seconds: Seconds;
}

/** The number of beats before a place from which its tempo is extrapolated. */
const PACE_BEATS = 8;
/** A branch of the random number generator. */
const PLACES = 2;

const SONGS: CorpusKind = { endings: ['mid', 'midi'], files: 'MIDI files', split: { by: 'list' } };

/**
 * Takes `count` places at random, one from each held-out song in turn. Throws DATASET_EMPTY if no song is long enough and has
 * beats.
 */
export async function takeBarPlaces(options: BarPlaceOptions): Promise<BarPlace[]> {
  const { corpus, beats, count, seed } = options;
  const annotations = await readAnnotations(await readAid(beats, ANNOTATION_FILES));
  const held = (await readCorpus(corpus, SONGS)).files.filter(({ split }) => split === 'valid');
  const places: BarPlace[] = [];
  for (let index = 0; index < count && held.length > 0; index++) {
    const { path } = held[index % held.length]!;
    const bytes = await readRegularFile(join(corpus, path), MOST_MUSIC);
    const notes = applyPedal(pianoPerformance(readMidi(bytes)).performance);
    const annotation = annotations.get(annotatedName(path));
    const map = annotation && mapOrNull(() => beatMapOf(annotation, notes));
    const where = uniform(seed, PLACES, index);
    const place = map && placeIn({ notes, map, chords: annotation.chords }, where, options);
    if (place) places.push({ path, ...place });
  }
  if (places.length > 0) return places;
  throw new ContinuoError(
    'DATASET_EMPTY',
    `Expected held-out songs of ${options.promptSeconds + options.seconds} s with beats, but ${corpus} has none.`,
    'Are --from and --beats of one corpus, and are songs "valid" in its splits.csv?',
  );
}

/** null for a piece without beats, which has no places. */
function mapOrNull(read: () => BeatMap): BeatMap | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContinuoError && error.code === 'BEATS_MISSING') return null;
    throw error;
  }
}

/** A song with its annotations. */
interface AnnotatedSong {
  readonly notes: readonly Note[];
  readonly map: BeatMap;
  readonly chords: readonly ChordChange[];
}

/** The place at fraction `where` (0 to 1) of a song; null if the song is too short. */
function placeIn(
  { notes, map, chords }: AnnotatedSong,
  where: number,
  { promptSeconds, seconds }: BarPlaceOptions,
): Omit<BarPlace, 'path'> | null {
  const latest = notes.at(-1)!.start - promptSeconds - seconds;
  if (latest < notes[0]!.start) return null;
  const at = notes[0]!.start + where * (latest - notes[0]!.start);
  const moved: BeatMap = { beats: map.beats.map((time) => time - at), bars: map.bars };
  const heard = excerpt(notes, at, promptSeconds);
  if (heard.length === 0) return null;
  const ahead = goingOn(moved, heard[0]!.start, promptSeconds, promptSeconds + seconds);
  const last = ahead.beats.findLastIndex((time) => time <= promptSeconds);
  const middle = (ahead.beats[last]! + (ahead.beats[last - 1] ?? ahead.beats[last]!)) / 2;
  return {
    context: { heard, map: ahead, from: promptSeconds, until: promptSeconds + seconds },
    root: chords.findLast(({ time }) => time - at <= middle)?.chord?.root ?? null,
    followed: excerpt(notes, at + promptSeconds, seconds).map((note) => ({
      ...note,
      start: note.start + promptSeconds,
      end: note.end + promptSeconds,
    })),
  };
}

/**
 * The bars from the one that contains `first`. After `from` they are extrapolated, as a player would expect them: at the tempo
 * of the last beats, in bars like the last.
 */
function goingOn(map: BeatMap, first: Seconds, from: Seconds, until: Seconds): BeatMap {
  const { beats, bars } = mapBetween(map, first, from);
  const passed = Math.max(
    0,
    beats.findLastIndex((time) => time <= from),
  );
  const back = Math.max(0, passed - PACE_BEATS);
  const pace = passed > back ? (beats[passed]! - beats[back]!) / (passed - back) : beats[1]! - beats[0]!;
  const heard = beats.map((time, beat) => (beat > passed ? beats[passed]! + (beat - passed) * pace : time));
  return mapBetween({ beats: heard, bars }, first, until + 4 * pace);
}
