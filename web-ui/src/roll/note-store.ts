import { exhausted } from '../../../src/exhausted.js';
import type { Pitch, Seconds, Velocity } from '../../../src/music/units.js';
import { isCutBy, ofModel } from '../../../src/session/concerns.js';
import type { SessionEvent } from '../../../src/session/events.js';
import { timbreOfVoice } from '../../../src/synth/timbre.js';
import type { PlayedBy, Timbre } from '../sound/timbre.js';

export type Voice = Extract<SessionEvent, { type: 'noteOn' }>['voice'];

/** A note on the roll. `end` is unknown while the key is down (or the model has not decided it). */
export interface RollNote {
  readonly id: number;
  readonly voice: Voice;
  /** The member of a band that plays it; undefined: the player, or the first. */
  readonly member?: string | undefined;
  /** The instrument of its plugin; undefined: the first. */
  readonly part?: string | undefined;
  /** With which sound it was heard when it began; another plugin may play by now. */
  readonly timbre?: Timbre | undefined;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  readonly start: Seconds;
  end: Seconds | undefined;
}

export interface PedalMark {
  readonly voice: Voice;
  readonly time: Seconds;
  readonly down: boolean;
}

/** A page of the music that began before `before`, from `from` on (undefined: from the beginning on). */
export interface Earlier {
  readonly before: Seconds;
  readonly from?: Seconds;
  readonly events: readonly SessionEvent[];
}

/** Most notes kept: half an hour of dense music; the host has earlier ones and sends them on request. */
const LIMIT = 20_000;

/** The panel's copy of the music: a fold of the session's events in order of arrival, after pages of earlier music. */
export class NoteStore {
  #notes: RollNote[] = [];
  #pedal: PedalMark[] = [];
  #version = 0;
  #since: Seconds | undefined;
  #drums = false;

  /** @param timbreOf with which sound a note is heard now */
  constructor(
    private readonly limit = LIMIT,
    private readonly timbreOf?: (by: PlayedBy) => Timbre,
  ) {}

  /** Whether a stroke of a drum is among the notes. */
  get hasDrums(): boolean {
    return this.#drums;
  }

  /** Earlier music than this is missing here; undefined: nothing is missing. */
  get since(): Seconds | undefined {
    return this.#since;
  }

  get notes(): readonly RollNote[] {
    return this.#notes;
  }

  get pedal(): readonly PedalMark[] {
    return this.#pedal;
  }

  /** Changes after every update. */
  get version(): number {
    return this.#version;
  }

  /** End of the last known note: at least `now` while a key is down, 0 without notes. */
  lastEnd(now: Seconds): Seconds {
    return this.#notes.reduce((latest, note) => Math.max(latest, note.end ?? Math.max(now, note.start)), 0);
  }

  clear(): void {
    this.#version++;
    this.#notes = [];
    this.#pedal = [];
    this.#since = undefined;
    this.#drums = false;
  }

  /** Resets to the last page of the music, which begins at `from` (undefined: it is all). */
  begin(events: readonly SessionEvent[], from: Seconds | undefined): void {
    this.clear();
    for (const event of events) this.fold(event);
    this.#since = from;
  }

  /**
   * The session goes on at another host, whose last page may begin later than what is known here: that stays before it. Where music is missing
   * between both, it is the page alone.
   */
  goOn(events: readonly SessionEvent[], from: Seconds | undefined): void {
    const [notes, pedal, since, drums] = [this.#notes, this.#pedal, this.#since, this.#drums];
    const last = this.lastEnd(0);
    this.begin(events, from);
    if (from !== undefined && last < from) return;
    const begins = Math.min(...this.#notes.map(({ start }) => start), from ?? Number.POSITIVE_INFINITY);
    const earlier = notes.filter(({ start }) => start < begins);
    if (earlier.length === 0) return;
    this.#notes = [...earlier, ...this.#notes];
    this.#pedal = [...pedal.filter(({ time }) => time < begins), ...this.#pedal];
    this.#drums ||= drums;
    this.#since = since;
  }

  /** Adds the page before {@link since}; a page requested before another change is ignored. */
  prepend({ before, from, events }: Earlier): void {
    if (before !== this.#since) return;
    const page = new NoteStore(Number.POSITIVE_INFINITY, this.timbreOf);
    page.begin(events, from);
    this.#version++;
    this.#notes = [...page.#notes, ...this.#notes];
    this.#pedal = [...page.#pedal, ...this.#pedal];
    this.#drums ||= page.#drums;
    this.#since = from;
  }

  /** Drops the oldest notes beyond the limit. */
  #trim(): void {
    const starts = this.#notes.map(({ start }) => start).sort((a, b) => a - b);
    const since = starts.at(-this.limit)!;
    this.#notes = this.#notes.filter(({ start }) => start >= since);
    this.#pedal = this.#pedal.filter(({ time }) => time >= since);
    this.#since = since;
  }

  remove(id: number): void {
    this.#version++;
    this.#notes = this.#notes.filter((note) => note.id !== id);
  }

  fold(event: SessionEvent): void {
    this.#version++;
    switch (event.type) {
      case 'noteOn': {
        const { id, voice, member, part, instrument, pitch, velocity, time: start } = event;
        const by = { voice, ...(member && { member }), ...(part && { part }) };
        const timbre = instrument === undefined ? this.timbreOf?.(by) : timbreOfVoice(instrument);
        if (timbre === 'drums') this.#drums = true;
        this.#notes.push({ id, ...by, ...(timbre && { timbre }), pitch, velocity, start, end: undefined });
        if (this.#notes.length > 2 * this.limit) this.#trim();
        break;
      }
      case 'noteOff': {
        const note = this.#notes.findLast(({ id }) => id === event.id);
        if (note !== undefined) note.end = Math.max(note.start, event.time);
        break;
      }
      case 'pedal':
        this.#pedal.push({ voice: event.voice, time: event.time, down: event.down });
        if (this.#pedal.length > 2 * this.limit) this.#pedal = this.#pedal.slice(-this.limit);
        break;
      case 'discard':
        this.#discard(event);
        break;
      case 'takenBack':
      // What comes back, the host tells next.
      case 'restored':
      case 'allOff':
        this.#cut(event);
        break;
      // These say nothing of notes.
      case 'phase':
      case 'kept':
      case 'notation':
      case 'click':
      case 'mode':
      case 'mute':
      case 'param':
      case 'health':
      case 'recording':
      case 'trouble':
        break;
      default:
        exhausted(event);
    }
  }

  /** The voices that sound at `now`, by pitch. `concerns`: only such notes. */
  sounding(now: Seconds, concerns: (note: RollNote) => boolean = () => true): Map<Pitch, Set<Voice>> {
    const voices = new Map<Pitch, Set<Voice>>();
    for (const note of this.#notes) {
      if (!concerns(note)) continue;
      if (note.start > now || (note.end !== undefined && note.end <= now)) continue;
      voices.set(note.pitch, (voices.get(note.pitch) ?? new Set()).add(note.voice));
    }
    return voices;
  }

  /** Discards a model's plan: later notes are removed, and sounding ones have no end yet. */
  #discard(event: Extract<SessionEvent, { type: 'discard' }>): void {
    const { time } = event;
    this.#notes = this.#notes.filter((note) => !ofModel(note, event) || note.start <= time);
    for (const note of this.#notes)
      if (ofModel(note, event) && note.end !== undefined && note.end > time) note.end = undefined;
  }

  /** Cuts the music: later notes are removed, sounding ones end there. */
  #cut(event: Extract<SessionEvent, { type: 'takenBack' | 'restored' | 'allOff' }>): void {
    const { time, member } = event;
    this.#notes = this.#notes.filter((note) => note.start < time || !isCutBy(note, event));
    for (const note of this.#notes)
      if (isCutBy(note, event) && (note.end === undefined || note.end > time)) note.end = time;
    if (member !== undefined) return;
    this.#pedal = this.#pedal.filter((mark) => mark.time < time);
    for (const voice of ['player', 'model'] as const)
      if (this.#pedal.findLast((mark) => mark.voice === voice)?.down)
        this.#pedal.push({ voice, time, down: false });
  }
}
