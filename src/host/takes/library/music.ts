import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContinuoError } from '../../../errors.js';
import { readMidi } from '../../../music/midi/index.js';
import type { WritableTrack } from '../../../music/midi/write.js';
import type { Note, PedalChange } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import type { Instrument } from '../../../session/events.js';
import { firstLoss, type TakeRecord } from '../../../session/take.js';
import { type HostPerformer, openHostPerformer, setupsOf } from '../../models/open-host-performer.js';
import type { TakeHeader } from '../header.js';
import { type ReplayedTake, replayRecordedTake } from '../play-again.js';
import { readSoundPart, type Take } from '../read-take.js';
import { modelTracks } from '../take-tracks.js';

/** The notes of a take, a track for each who plays. Times are session times. */
export interface TakeMusic {
  readonly tracks: readonly TakeTrack[];
  /** What the notes were taken from: the MIDI file that was written as the take was played, or a replay of its log. */
  readonly from: 'midi' | 'replay' | 'player';
  /** What is missing, and why, for the user; empty where nothing is. */
  readonly missing: readonly string[];
}

export interface TakeTrack extends WritableTrack {
  readonly voice: 'player' | 'model';
  /** The member of a band; absent for the first, and the player. */
  readonly member?: string;
  /** The instrument of its plugin, where that names several. */
  readonly part?: string;
  /** How it sounded as it was played; absent for the player. */
  readonly instrument?: Instrument;
  readonly pedal: readonly PedalChange[];
}

/** A take with what is wrong with it. */
export interface OpenedTake {
  readonly folder: string;
  /** Null where not even the header can be read. */
  readonly take: Take | null;
  readonly damage: ContinuoError | null;
}

/** Opens a take as far as it is sound. Throws nothing: what cannot be read is its damage. */
export async function openTake(folder: string): Promise<OpenedTake> {
  try {
    return { folder, ...(await readSoundPart(folder)) };
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return { folder, take: null, damage: error };
  }
}

/**
 * The notes of a take. A take that ended whole has them in its MIDI file; others are replayed, by the model that `model` names, else the one that they were played with. Where
 * that is not here, what the MIDI file has must do, and at least what the player played. Throws TAKE_EMPTY where there is nothing, and says why.
 */
export async function takeMusic(
  { folder, take, damage }: OpenedTake,
  { model }: { readonly model?: string | undefined } = {},
): Promise<TakeMusic> {
  const written = readWritten(folder, take?.header);
  const whole =
    damage === null && take !== null && take.records.at(-1)?.type === 'end' && firstLoss(take.records) < 0;
  if (whole && written !== null) return { tracks: written, from: 'midi', missing: [] };
  const missing = damage === null ? [] : [damage.message];
  const replayed = take === null ? null : await tryReplay(take, model);
  if (replayed !== null && 'tracks' in replayed)
    return { tracks: replayed.tracks, from: 'replay', missing: [...missing, ...replayed.missing] };
  if (replayed !== null) missing.push(replayed.why);
  if (written !== null && lastOf(written) >= lastOf(playerAlone(take)))
    return { tracks: written, from: 'midi', missing };
  const alone = written ?? playerAlone(take);
  if (alone.some(({ events }) => events.length > 0))
    return { tracks: alone, from: written === null ? 'player' : 'midi', missing };
  throw damage ?? empty(folder, missing);
}

function empty(folder: string, missing: readonly string[]): ContinuoError {
  return new ContinuoError(
    'TAKE_EMPTY',
    `${folder} has no notes.${missing.map((why) => ` ${why}`).join('')}`,
    'The take was begun, and nothing was played.',
  );
}

/** The tracks of take.mid; null where there is none that can be read. */
function readWritten(folder: string, header: TakeHeader | undefined): TakeTrack[] | null {
  const path = join(folder, 'take.mid');
  if (!existsSync(path)) return null;
  try {
    const expected = header ? modelTracks(header, () => []) : [];
    return readMidi(readFileSync(path)).tracks.map(({ name, channel, program, notes, pedal }) => {
      const voice = name === 'player' ? 'player' : 'model';
      const index = expected.findIndex((track) => track.name === name && track.channel === channel);
      const member = header?.members?.find(({ id }) => name === id || name.startsWith(`${id}: `))?.id;
      const { part, instrument } = expected[index] ?? {};
      return {
        ...{ name, channel, voice, events: notes, pedal },
        ...(part !== undefined && { part }),
        ...(instrument !== undefined && { instrument }),
        ...(expected[index]?.program !== undefined || program > 0 ? { program } : {}),
        ...(voice === 'model' && member !== undefined && { member }),
      } satisfies TakeTrack;
    });
  } catch {
    return null;
  }
}

async function tryReplay(
  take: Take,
  model: string | undefined,
): Promise<{ readonly tracks: TakeTrack[]; readonly missing: string[] } | { readonly why: string }> {
  if (take.header.resumed !== undefined && take.start === undefined)
    return { why: 'It cannot be replayed without the state that it goes on from.' };
  try {
    const replayed = await replayOf(take, model);
    const missing: string[] = [];
    if (replayed.gap !== null)
      missing.push(
        `From ${replayed.gap.from.toFixed(1)} s on the disk was full: ${replayed.gap.lost} records were lost, and what came after them cannot be replayed.`,
      );
    if (replayed.changedAt !== null)
      missing.push(
        `From ${replayed.changedAt.toFixed(1)} s on other code of the plugin played, which cannot be replayed.`,
      );
    if (!replayed.same) return { why: `Its replay differs from ${replayed.differsAt} on.` };
    return { tracks: tracksOf(replayed, take.header), missing };
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return { why: `It cannot be replayed: ${error.message}` };
  }
}

/** Replays a take with its own model, or the one that is named. Throws what opening that throws, and {@link replayRecordedTake}. */
export async function replayOf(take: Take, model: string | undefined): Promise<ReplayedTake> {
  const { header } = take;
  // A plugin that predicts by itself has no model, and says so.
  const setup = { ...header.setup, ...(model !== undefined && { model }) };
  const performers: HostPerformer[] = [];
  try {
    for (const one of setupsOf(setup)) performers.push(await openHostPerformer(one));
    const [performer, ...others] = performers as [HostPerformer, ...HostPerformer[]];
    return replayRecordedTake({ ...take, header: { ...header, setup } }, performer, others);
  } finally {
    for (const { engine } of performers) engine.dispose();
  }
}

/** The tracks of a replayed take. */
export function tracksOf({ player, pedal, model, members }: ReplayedTake, header: TakeHeader): TakeTrack[] {
  const notesOf = (id?: string) =>
    id === undefined ? model : (members.find((member) => member.id === id)?.notes ?? []);
  const own: TakeTrack = { name: 'player', channel: 0, voice: 'player', events: player, pedal };
  const others = modelTracks(header, notesOf).map((track): TakeTrack => {
    const member = header.members?.find(({ id }) => track.name === id || track.name.startsWith(`${id}: `));
    return { ...track, voice: 'model', pedal: [], ...(member && { member: member.id }) };
  });
  return [own, ...others];
}

/** What the player played, from the records alone. */
function playerAlone(take: Take | null): TakeTrack[] {
  const notes: Note[] = [];
  const pedal: PedalChange[] = [];
  const held = new Map<number, { readonly start: Seconds; readonly velocity: number }>();
  let now = 0;
  const end = (pitch: number, time: Seconds) => {
    const begun = held.get(pitch);
    if (begun && time > begun.start) notes.push({ pitch, ...begun, end: time });
    held.delete(pitch);
  };
  for (const event of inputsOf(take?.records ?? [])) {
    now = event.time;
    if (event.type === 'pedal') pedal.push({ time: event.time, down: event.down });
    else {
      end(event.pitch, event.time);
      if (event.type === 'noteOn') held.set(event.pitch, { start: event.time, velocity: event.velocity });
    }
  }
  for (const pitch of [...held.keys()]) end(pitch, now + 0.05);
  notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  return [{ name: 'player', channel: 0, voice: 'player', events: notes, pedal }];
}

function inputsOf(records: readonly TakeRecord[]) {
  return records.flatMap((record) => (record.type === 'input' ? [record.event] : []));
}

/** When the last note of these tracks ends. */
export function lastOf(tracks: readonly TakeTrack[]): Seconds {
  let last = 0;
  for (const { events } of tracks) for (const { end } of events) last = Math.max(last, end);
  return last;
}

/** When the first note of these tracks begins; 0 where there is none. */
export function firstOf(tracks: readonly TakeTrack[]): Seconds {
  let first = Number.POSITIVE_INFINITY;
  for (const { events } of tracks) for (const { start } of events) first = Math.min(first, start);
  return Number.isFinite(first) ? first : 0;
}
