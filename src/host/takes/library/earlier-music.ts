import { basename } from 'node:path';
import { ContinuoError } from '../../../errors.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import type { EarlierMusic, EarlierPlayer } from '../../sessions/control.js';
import type { TakeLibrary } from './library.js';
import { openTake, type TakeTrack, takeMusic } from './music.js';

/** More takes of one session than these are not read. */
const MOST_TAKES = 100;

interface Gathered {
  readonly players: EarlierPlayer[];
  readonly notes: { readonly note: Note; readonly by: number }[];
  readonly pedal: { readonly time: Seconds; readonly down: boolean }[];
}

/**
 * The music of a take before `until`, and of the takes that it goes on from. Throws TAKE_UNKNOWN and what reading the take throws; where an
 * earlier one is gone or cannot be read, the music begins behind it.
 */
export async function earlierMusic(library: TakeLibrary, id: string, until: Seconds): Promise<EarlierMusic> {
  const gathered: Gathered = { players: [], notes: [], pedal: [] };
  let next: { readonly take: string; readonly until: Seconds } | null = { take: id, until };
  for (let takes = 0; next !== null && takes < MOST_TAKES; takes++) {
    try {
      next = await gather(gathered, library.byId(next.take), next.until);
    } catch (error) {
      if (takes === 0 || !(error instanceof ContinuoError)) throw error;
      break;
    }
  }
  return packed(gathered);
}

/** Gathers the music of one take; returns which take it goes on from, and until when that counts. */
async function gather(
  into: Gathered,
  folder: string,
  until: Seconds,
): Promise<{ readonly take: string; readonly until: Seconds } | null> {
  const opened = await openTake(folder);
  const { resumed } = opened.take?.header ?? {};
  const from = resumed?.from ?? Number.NEGATIVE_INFINITY;
  const { tracks } = await takeMusic(opened);
  for (const track of tracks) {
    const by = playerOf(into.players, track);
    for (const note of track.events)
      if (note.start >= from && note.start < until)
        into.notes.push({ note: { ...note, end: Math.min(note.end, until) }, by });
    if (track.voice === 'player')
      into.pedal.push(...track.pedal.filter(({ time }) => time >= from && time < until));
  }
  return resumed?.take ? { take: basename(resumed.take), until: resumed.from } : null;
}

function playerOf(players: EarlierPlayer[], { voice, member, part, instrument }: TakeTrack): number {
  const player = {
    voice,
    ...(member !== undefined && { member }),
    ...(part !== undefined && { part }),
    ...(voice === 'model' && { instrument: instrument ?? {} }),
  };
  const text = JSON.stringify(player);
  const known = players.findIndex((one) => JSON.stringify(one) === text);
  return known >= 0 ? known : players.push(player) - 1;
}

function packed({ players, notes, pedal }: Gathered): EarlierMusic {
  notes.sort((one, other) => one.note.start - other.note.start);
  return {
    players,
    starts: Float64Array.from(notes, ({ note }) => note.start),
    ends: Float64Array.from(notes, ({ note }) => note.end),
    pitches: Uint8Array.from(notes, ({ note }) => note.pitch),
    velocities: Uint8Array.from(notes, ({ note }) => note.velocity),
    by: Uint16Array.from(notes, ({ by }) => by),
    pedal: pedal.sort((one, other) => one.time - other.time),
  };
}
