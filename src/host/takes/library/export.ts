import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContinuoError } from '../../../errors.js';
import { writeMidi } from '../../../music/midi/index.js';
import type { Seconds } from '../../../music/units.js';
import { LEAD } from '../../../session/commands.js';
import { LiveNotation } from '../../live/notation/live-notation.js';
import { loadPlugin } from '../../plugins/plugins.js';
import { readAbout } from './about.js';
import type { OpenedTake, TakeMusic, TakeTrack } from './music.js';
import { type TakeTempo, tempoOf } from './tempo.js';

/** What a take is written as. */
export const FORMATS = ['mid', 'abc', 'wav'] as const;
export type Format = (typeof FORMATS)[number];

/** A take as a MIDI file: a track for each who plays, with tempo and meter. It begins with the music. */
export async function takeAsMidi(opened: OpenedTake, music: TakeMusic): Promise<Uint8Array> {
  const tempo = await tempoOf(opened.take, music.tracks);
  const { tempos, timeSignatures } = tempo;
  return writeMidi(laidOut(music.tracks, tempo), {
    title: readAbout(opened.folder).name ?? 'Continuo',
    ...(tempos && { tempos }),
    ...(timeSignatures && { timeSignatures }),
  });
}

/** The tracks with music in them, from the origin on. */
export function laidOut(tracks: readonly TakeTrack[], { origin }: Pick<TakeTempo, 'origin'>): TakeTrack[] {
  const from = (time: Seconds) => Math.max(0, time - origin);
  return tracks
    .filter(({ events, pedal }) => events.length + pedal.length > 0)
    .map((track) => ({
      ...track,
      events: track.events.map((note) => ({ ...note, start: from(note.start), end: from(note.end) })),
      pedal: track.pedal.map(({ time, down }) => ({ time: from(time), down })),
    }));
}

/**
 * A take's tunes as ABC: as they were written when it ended, else as the plugin writes them from the log. Throws TAKE_EMPTY where the plugin
 * writes no notation, or nothing was written.
 */
export async function takeAsAbc({ folder, take, damage }: OpenedTake): Promise<string> {
  const written = readIfThere(join(folder, 'tune.abc'));
  if (written !== '') return written;
  if (take === null) throw damage!;
  const { header, records, start } = take;
  const { descriptor, definition } = await loadPlugin(header.setup.plugin);
  const write = definition.live?.notation;
  if (!write) {
    throw new ContinuoError(
      'TAKE_EMPTY',
      `The plugin ${descriptor.id} writes no notation, so ${folder} has no ABC.`,
      'Export it as MIDI (--format mid) or sound (--format wav).',
    );
  }
  const { model, seed } = header.setup;
  const madeBy = model === null ? `plugin ${descriptor.id}` : `model ${model}`;
  const provenance = `played with continuo, ${madeBy} ${header.modelHash}, seed ${seed}`;
  const notation = new LiveNotation(write, descriptor.params, { provenance });
  const before = start?.members.find(({ id }) => id === LEAD)?.resumption.tokens;
  if (before) notation.add([{ type: 'fed', tokens: Array.from(before).slice(1) }]);
  notation.add(records);
  const abc = notation.book();
  if (abc !== '') return abc;
  throw new ContinuoError(
    'TAKE_EMPTY',
    `${folder} has no bar of a tune.`,
    'Nothing, or too little, was played.',
  );
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What a file of a take is called: by the name that it was given, else its id. */
export function fileNameOf(folder: string, id: string, format: Format): string {
  const name = readAbout(folder).name ?? '';
  const safe = name
    .replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ')
    .replace(/^\.+/, '')
    .trim();
  return `${safe === '' ? id : safe}.${format}`;
}
