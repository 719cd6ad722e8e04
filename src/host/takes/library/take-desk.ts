import { basename } from 'node:path';
import type { Seconds } from '../../../music/units.js';
import type { EarlierMusic } from '../../sessions/control.js';
import type { ResumeFrom } from '../../states/saved-state.js';
import { stateOfTake } from '../../states/state-of-take.js';
import type {
  FileFormat,
  ListedTake,
  ResumableTakes,
  ShownTake,
  TakeFile,
  TakeNote,
  TakePage,
  TakesControl,
  TakesListed,
} from './control.js';
import { earlierMusic } from './earlier-music.js';
import { fileNameOf, takeAsAbc, takeAsMidi } from './export.js';
import type { TakeLibrary } from './library.js';
import {
  firstOf,
  lastOf,
  type OpenedTake,
  openTake,
  type TakeMusic,
  type TakeTrack,
  takeMusic,
} from './music.js';
import { stampOf, summarize, type TakeSummary } from './summary.js';
import { eventsOf } from './turns.js';

/** Notes in a page: about 150 kB of JSON, a sixth of what a client may leave unread. */
const NOTES_A_PAGE = 2000;
const MOST_EVENTS = 2000;
/** Of a take that is being written the music is computed again at most this often, in milliseconds. */
const FRESH_MS = 5000;

/** A take whose music is at hand. */
interface OnDesk {
  readonly id: string;
  readonly stamp: string;
  readonly at: number;
  readonly opened: OpenedTake;
  readonly music: TakeMusic;
}

/** Answers for the takes of a folder, in this thread. It keeps the music of the take that was asked for last. */
export class TakeDesk implements TakesControl, ResumableTakes {
  #onDesk: OnDesk | undefined;

  constructor(private readonly library: TakeLibrary) {}

  async list({ most, before, deleted = false }: Parameters<TakesControl['list']>[0]): Promise<TakesListed> {
    const all = await this.library.list({ deleted });
    const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1;
    return { takes: all.slice(from, from + most).map(listed), more: all.length > from + most };
  }

  async show(id: string): Promise<ShownTake> {
    const { opened, music } = await this.#musicOf(id);
    const summary = await summarize(opened.folder);
    const { tracks, missing } = music;
    return {
      take: listed(summary),
      ...{ from: firstOf(tracks), until: lastOf(tracks), missing },
      parts: tracks.map(({ name, voice, member, channel, program, events }) => ({
        ...{ name, voice, channel: channel + 1, notes: events.length },
        ...(member !== undefined && { member }),
        ...(program !== undefined && { program: program + 1 }),
      })),
      events: eventsOf(tracks, opened.take?.records ?? []).slice(0, MOST_EVENTS),
    };
  }

  async page(id: string, from: Seconds): Promise<TakePage> {
    const { music } = await this.#musicOf(id);
    return pageOf(music.tracks, from);
  }

  async file(id: string, format: FileFormat): Promise<TakeFile> {
    const folder = this.library.byId(id);
    const name = fileNameOf(folder, basename(folder), format);
    if (format === 'abc') return { name, content: Buffer.from(await takeAsAbc(await openTake(folder))) };
    const { opened, music } = await this.#musicOf(id);
    return { name, content: await takeAsMidi(opened, music) };
  }

  async stateOf(id: string): Promise<ResumeFrom> {
    return stateOfTake(this.library.byId(id));
  }

  async earlier(id: string, until: Seconds): Promise<EarlierMusic> {
    return earlierMusic(this.library, id, until);
  }

  async rename(id: string, name: string): Promise<void> {
    await this.library.rename(this.library.byId(id), name);
  }

  async remove(id: string): Promise<void> {
    await this.library.remove(this.library.byId(id));
  }

  async restore(id: string): Promise<void> {
    await this.library.restore(this.library.byId(id, { deleted: true }));
  }

  async #musicOf(id: string): Promise<OnDesk> {
    const folder = this.library.byId(id);
    const stamp = stampOf(folder);
    const known = this.#onDesk;
    const fresh = known !== undefined && (known.stamp === stamp || known.at > Date.now() - FRESH_MS);
    if (known?.id === id && fresh) return known;
    const opened = await openTake(folder);
    const music = await takeMusic(opened);
    this.#onDesk = { id, stamp, at: Date.now(), opened, music };
    return this.#onDesk;
  }
}

function listed({ folder: _, ...take }: TakeSummary): ListedTake {
  return take;
}

/** The notes that begin at `from` or later, whole instants at a time, so that the next page neither repeats nor skips one. */
export function pageOf(tracks: readonly TakeTrack[], from: Seconds): TakePage {
  const notes: TakeNote[] = [];
  for (const [part, { events }] of tracks.entries())
    for (const { pitch, velocity, start, end } of events)
      if (start >= from) notes.push({ part, pitch, velocity, start, end });
  notes.sort((a, b) => a.start - b.start || a.part - b.part || a.pitch - b.pitch);
  let count = Math.min(notes.length, NOTES_A_PAGE);
  while (count < notes.length && notes[count]!.start === notes[count - 1]!.start) count++;
  const next = notes[count]?.start ?? null;
  const pedal = tracks.flatMap(({ pedal }, part) =>
    pedal
      .filter(({ time }) => time >= from && (next === null || time < next))
      .map(({ time, down }) => ({ part, time, down })),
  );
  return { notes: notes.slice(0, count), pedal, next };
}
