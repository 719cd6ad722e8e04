import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readMidi } from '../../../music/midi/index.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import { isTimed, type TakeRecord } from '../../../session/take.js';
import { type ErrorReport, reportOf } from '../../error-report.js';
import { logIn } from '../disk.js';
import { readSoundPart, type TakeFound } from '../read-take.js';
import { readAbout } from './about.js';
import { isBeingWritten } from './written-by.js';

/** A take in a list. */
export interface TakeSummary extends TakeContent {
  /** The name of its folder. */
  readonly id: string;
  readonly folder: string;
  /** The name that a user gave it; null: none. */
  readonly name: string | null;
  /** A program that runs now writes it. */
  readonly writing: boolean;
  /** When it was deleted; null where it is not in the trash. */
  readonly deleted: string | null;
}

/** What the files of a take say. */
interface TakeContent {
  /** When its session began, as ISO 8601; null where that cannot be read. */
  readonly date: string | null;
  /** From its first note to the end of its last. */
  readonly length: Seconds;
  readonly plugin: string | null;
  readonly pluginVersion: string | null;
  readonly model: string | null;
  readonly mode: string | null;
  /** The further members of a band. */
  readonly members: readonly {
    readonly id: string;
    readonly plugin: string;
    readonly model: string | null;
  }[];
  /** Numbers of notes. `model`: of all that play with the player; null where only a replay can tell. */
  readonly notes: { readonly player: number; readonly model: number | null };
  /** It has no end: the program died, or still writes it. */
  readonly cutOff: boolean;
  /** What is wrong with it, and null where nothing is. What comes before the damage can still be used. */
  readonly damage: ErrorReport | null;
  /** Whether its music was written as ABC. */
  readonly abc: boolean;
  /** Size of its log, in bytes. */
  readonly bytes: number;
}

const CACHE = 'summary.json';
/** Raised when a summary says something else about the same files. */
const CACHE_VERSION = 1;

const content = z.object({
  ...{ date: z.string().nullable(), length: z.number(), plugin: z.string().nullable() },
  ...{ pluginVersion: z.string().nullable(), model: z.string().nullable(), mode: z.string().nullable() },
  members: z.array(z.object({ id: z.string(), plugin: z.string(), model: z.string().nullable() })),
  notes: z.object({ player: z.number(), model: z.number().nullable() }),
  cutOff: z.boolean(),
  damage: z.object({ code: z.string(), message: z.string(), hint: z.string().exactOptional() }).nullable(),
  ...{ abc: z.boolean(), bytes: z.number() },
});
const cache = z.object({ version: z.literal(CACHE_VERSION), stamp: z.string(), content });

interface CacheEntry {
  readonly version: typeof CACHE_VERSION;
  readonly stamp: string;
  readonly content: TakeContent;
}

/** Sums up a take by its folder. Never throws: what is wrong with it is in the summary. */
export async function summarize(folder: string): Promise<TakeSummary> {
  const writing = isBeingWritten(folder);
  const { name, deleted } = readAbout(folder);
  const said = { id: basename(folder), folder, name: name ?? null, writing, deleted: deleted ?? null };
  const stamp = stampOf(folder);
  const kept = writing ? null : cached(folder, stamp);
  if (kept) return { ...said, ...kept };
  const found = await contentOf(folder);
  if (!writing) keep(folder, { version: CACHE_VERSION, stamp, content: found });
  return { ...said, ...found };
}

/** Sizes and times of the files, by which a change is noticed. The folder's place stands in the messages of damage. */
export function stampOf(folder: string): string {
  const of = (name: string) => {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    return stats ? `${stats.size}@${stats.mtimeMs}` : '-';
  };
  return [folder, of('take.jsonl'), of('take.mid'), of('tune.abc')].join(' ');
}

function cached(folder: string, stamp: string): TakeContent | null {
  try {
    const read = cache.safeParse(JSON.parse(readFileSync(join(folder, CACHE), 'utf8')));
    return read.success && read.data.stamp === stamp ? read.data.content : null;
  } catch {
    return null;
  }
}

function keep(folder: string, entry: CacheEntry): void {
  try {
    writeFileSync(join(folder, CACHE), JSON.stringify(entry));
  } catch {
    // A folder that may not be written in is summed up anew each time.
  }
}

async function contentOf(folder: string): Promise<TakeContent> {
  const found = await soundPart(folder);
  const { take, damage } = found;
  const records = take?.records ?? [];
  const midi = midiOf(folder);
  const ended = records.at(-1)?.type === 'end' && damage === null;
  const { setup, date = null, pluginVersion = null, mode = null } = take?.header ?? {};
  return {
    ...{ date, pluginVersion, mode, plugin: setup?.plugin ?? null, model: setup?.model ?? null },
    members: (setup?.members ?? []).map(({ id, plugin, model }) => ({ id, plugin, model })),
    length: ended && midi ? midi.length : Math.max(midi?.length ?? 0, lengthOf(records)),
    notes: {
      player: take ? records.filter(isNoteOn).length : (midi?.player ?? 0),
      // Of a take that was cut off, the MIDI file lacks what was played since the last rest.
      model: ended || take === null ? (midi?.model ?? null) : sampled(records) ? null : 0,
    },
    cutOff: !ended,
    damage: damage === null ? null : reportOf(damage),
    abc: (statSync(join(folder, 'tune.abc'), { throwIfNoEntry: false })?.size ?? 0) > 0,
    bytes: statSync(logIn(folder), { throwIfNoEntry: false })?.size ?? 0,
  };
}

async function soundPart(folder: string): Promise<{ take: TakeFound['take']; damage: unknown }> {
  try {
    return await readSoundPart(folder);
  } catch (error) {
    return { take: null, damage: error };
  }
}

const sampled = (records: readonly TakeRecord[]) => records.some(({ type }) => type === 'sampled');

const isNoteOn = (record: TakeRecord) => record.type === 'input' && record.event.type === 'noteOn';

/** How long the records last, from the first music; a second's mark may follow the last note. */
function lengthOf(records: readonly TakeRecord[]): Seconds {
  const first = records.findIndex(({ type }) => type === 'input' || type === 'sampled');
  if (first < 0) return 0;
  const timed = (record: TakeRecord) => isTimed(record) && record.type !== 'end';
  const begun = records.slice(0, first + 1).findLast(timed) ?? records.find(timed);
  const last = records.findLast(timed);
  if (begun === undefined || last === undefined) return 0;
  return Math.max(0, (last as { time: Seconds }).time - (begun as { time: Seconds }).time);
}

function midiOf(folder: string): { player: number; model: number; length: Seconds } | null {
  try {
    const { tracks } = readMidi(readFileSync(join(folder, 'take.mid')));
    const count = (own: boolean) =>
      tracks.reduce((sum, { name, notes }) => sum + ((name === 'player') === own ? notes.length : 0), 0);
    return { player: count(true), model: count(false), length: spanOf(tracks.map(({ notes }) => notes)) };
  } catch {
    return null;
  }
}

/** From the first beginning to the last end. */
function spanOf(lists: readonly (readonly Note[])[]): Seconds {
  let [from, until] = [Number.POSITIVE_INFINITY, 0];
  for (const notes of lists)
    for (const { start, end } of notes) {
      from = Math.min(from, start);
      until = Math.max(until, end);
    }
  return Math.max(0, until - from);
}
