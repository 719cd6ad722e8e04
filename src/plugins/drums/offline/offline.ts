import { ContinuoError } from '../../../errors.js';
import type { BeatMap } from '../../../music/beats/beat-map.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import type { OfflineExtension } from '../../../plugin/offline.js';
import { parseFillOdds } from '../live/fills.js';
import { drumsLive } from '../live/live.js';
import { settingsOf } from '../live/settings.js';
import { COUNT, NOTE, PART } from '../live/turn.js';
import type manifest from '../plugin.json';
import { drumAlong } from './drum-along.js';
import { barsOfFile, strokesOfNotes } from './file-bars.js';

type Params = typeof manifest.params;

/** What is struck together with the last stroke of the file may come so much later. */
const TOGETHER: Seconds = 0.05;
/** Nobody strikes one drum twice within this. */
const CLOSEST: Seconds = 0.005;

/** Adds a drum track to a file: by its beats, as densely and as loudly as it is played, until its last stroke. */
export const drumsOffline: OfflineExtension<Params> = {
  codec: (modelCodec) => drumsLive.codec(modelCodec),
  play(request) {
    const { performance, piece, from, until, params, model } = request;
    // Beside drums alone it drums with them.
    const heard =
      performance.notes.length > 0 ? performance.notes : piece.tracks.flatMap(({ notes }) => notes);
    const strokes = strokesOfNotes(heard);
    const last = strokes.at(-1);
    if (last === undefined)
      throw new ContinuoError(
        'BEATS_MISSING',
        'Expected music to drum along with, but the file has no notes.',
        'Give a file in which somebody plays.',
      );
    const map = request.beats();
    const { engine, metadata, createDraw } = model!;
    const notes = drumAlong(barsOfFile(map, heard), {
      ...{ engine, draw: createDraw(0, params), settings: settingsOf(params) },
      fills: parseFillOdds(metadata.fillOdds),
      progress: (share) => request.progress(share),
    });
    const end = Math.min(until, last.time + TOGETHER);
    const played = notes.filter(({ start }) => start >= Math.min(0, from) && start <= end);
    return [{ voice: PART, notes: apart([...countedIn(map, from), ...played]) }];
  },
};

/** The beats that are counted before the file's first one. */
function countedIn({ beats, bars }: BeatMap, from: Seconds): Note[] {
  const pace = beats[1]! - beats[0]!;
  const count = from < 0 ? Math.round((beats[0]! - from) / pace) : 0;
  return Array.from({ length: count }, (_, index) => {
    const start = Math.max(from, beats[0]! - (count - index) * pace);
    const velocity = (count - index) % bars[0]! === 0 ? COUNT.first : COUNT.velocity;
    return { pitch: COUNT.pitch, velocity, start, end: start + NOTE };
  });
}

/** The same notes, each ended by the next of its drum; of two at one time the louder one. */
function apart(notes: readonly Note[]): Note[] {
  const kept: Note[] = [];
  const lastOf = new Map<number, number>();
  for (const note of [...notes].sort((a, b) => a.start - b.start || b.velocity - a.velocity)) {
    const place = lastOf.get(note.pitch);
    const last = place === undefined ? undefined : kept[place]!;
    if (last !== undefined && note.start - last.start < CLOSEST) continue;
    if (last !== undefined) kept[place!] = { ...last, end: Math.min(last.end, note.start) };
    lastOf.set(note.pitch, kept.length);
    kept.push(note);
  }
  return kept;
}
