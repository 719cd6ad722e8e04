import { exhausted } from '../exhausted.js';
import type { EarlierMusic } from '../host/sessions/control.js';
import type { Seconds } from '../music/units.js';
import { isCutBy, ofModel } from '../session/concerns.js';
import type { SessionEvent } from '../session/events.js';
import { type PackedNote, PackedNotes } from '../session/packed-notes.js';
import { Cuts, type Edit, type HistoryNote, inverse } from './cuts.js';

/** A page of the music so far: all that begins at or after `from` (absent: from the beginning), ordered by time. */
export interface Page {
  readonly from?: Seconds;
  readonly events: readonly SessionEvent[];
}

type PedalEvent = Extract<SessionEvent, { type: 'pedal' }>;

/** Nothing is planned further ahead, or withdrawn further back, than this. */
const SETTLED: Seconds = 5;
/** Interval at which finished notes are settled. */
const LOOK_EVERY: Seconds = 1;
/** Most unsettled notes: more than hands and network have pending. */
const MOST_OPEN = 4096;
/** Most settled notes: fourteen hours of twenty notes a second, in 24 MB. */
const MOST_NOTES = 2 ** 20;
const MOST_PEDALS = 2 ** 16;
/** Ids of earlier music, which are none of the session's: those are far below, and the lists have 32 bits. */
const FIRST_EARLIER = 2 ** 31;
/** Notes on a page, which is some 200 kB on the wire. */
const PAGE = 1000;

/**
 * The session's music, for panels that connect late or scroll back: a fold of the session's events, without what was taken back. It
 * is kept here in packed form instead of read from the take: a take has tokens, which only the network turns into notes; it may be
 * turned off; and a session has several, one for each loaded model.
 */
export class History {
  /** Notes that can no longer change. */
  #settled: PackedNotes;
  /** Notes that sound, are planned, or ended recently, by id. */
  readonly #open = new Map<number, HistoryNote>();
  #pedal: PedalEvent[] = [];
  readonly #cuts = new Cuts();
  #nextLook: Seconds = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly page = PAGE,
    private readonly mostNotes = MOST_NOTES,
  ) {
    this.#settled = new PackedNotes(mostNotes);
  }

  add(event: SessionEvent): void {
    switch (event.type) {
      case 'noteOn': {
        const { id, pitch, velocity, time } = event;
        // Another engine counts from 0 again.
        const before = this.#open.get(id);
        if (before) this.#settle(before, time);
        this.#open.set(id, { id, ...byOf(event), pitch, velocity, start: time, end: undefined });
        return;
      }
      case 'noteOff': {
        const note = this.#open.get(event.id);
        if (note) note.end = Math.max(note.start, event.time);
        this.#look(event.time);
        return;
      }
      case 'pedal':
        this.#pedal.push(event);
        if (this.#pedal.length > MOST_PEDALS) this.#pedal = this.#pedal.slice(MOST_PEDALS >> 3);
        return;
      case 'discard':
        this.#discard(event.time, (note) => ofModel(note, event));
        return;
      case 'allOff':
        this.#cut(event);
        return;
      case 'takenBack':
        this.#cuts.cut(event.member, [this.#cut(event)]);
        return;
      case 'kept':
        this.#cuts.kept(event.id);
        return;
      case 'restored':
        this.#restore(event);
        return;
      // These say nothing of notes.
      case 'phase':
      case 'notation':
      case 'click':
      case 'mode':
      case 'mute':
      case 'param':
      case 'health':
      case 'recording':
      case 'trouble':
        return;
      default:
        exhausted(event);
    }
  }

  /** Adds the music of a session that was resumed, from before that. */
  prepend({ players, starts, ends, pitches, velocities, by, pedal }: EarlierMusic): void {
    const later = this.#settled;
    const all = new PackedNotes(this.mostNotes);
    for (let index = 0; index < starts.length; index++)
      all.add({
        ...{ id: FIRST_EARLIER + (index % FIRST_EARLIER), ...players[by[index]!]! },
        ...{ pitch: pitches[index]!, velocity: velocities[index]! },
        ...{ start: starts[index]!, end: ends[index]! },
      });
    for (let index = 0; index < later.length; index++) all.add(later.at(index));
    this.#settled = all;
    const marks = pedal.map((mark): PedalEvent => ({ type: 'pedal', voice: 'player', ...mark }));
    this.#pedal = [...marks, ...this.#pedal].slice(-MOST_PEDALS);
  }

  #look(now: Seconds): void {
    if (now < this.#nextLook && this.#open.size < MOST_OPEN) return;
    this.#nextLook = now + LOOK_EVERY;
    for (const note of this.#open.values())
      if (this.#open.size >= MOST_OPEN || (note.end !== undefined && note.end + SETTLED <= now))
        this.#settle(note, now);
  }

  #settle(note: HistoryNote, now: Seconds): void {
    this.#open.delete(note.id);
    this.#settled.add({ ...note, end: note.end ?? Math.max(note.start, now) });
  }

  /** Discards the model's plan after `time`: later notes are removed, and sounding ones have no end yet. */
  #discard(time: Seconds, concerns: (note: HistoryNote) => boolean): void {
    for (const note of this.#open.values()) {
      if (!concerns(note)) continue;
      if (note.start > time) this.#open.delete(note.id);
      else if (note.end !== undefined && note.end > time) note.end = undefined;
    }
  }

  /** Cuts the music: later notes are removed, sounding ones end there. */
  #cut(event: Extract<SessionEvent, { type: 'takenBack' | 'restored' | 'allOff' }>): Edit {
    const { time } = event;
    const gone: HistoryNote[] = this.#settled.cut(time, (note) => isCutBy(note, event));
    const come = gone.filter(({ start }) => start < time).map((note) => ({ ...note, end: time }));
    for (const note of this.#open.values()) {
      if (!isCutBy(note, event) || (note.end !== undefined && note.end <= time && note.start < time))
        continue;
      gone.push({ ...note });
      if (note.start >= time) this.#open.delete(note.id);
      else {
        note.end = time;
        come.push({ ...note, end: time });
      }
    }
    this.#nextLook = Number.NEGATIVE_INFINITY;
    return { notes: { gone, come }, pedal: this.#cutPedal(event) };
  }

  #cutPedal({ time, member }: { readonly time: Seconds; readonly member?: string }): Edit['pedal'] {
    if (member !== undefined) return { gone: [], come: [] };
    const gone = this.#pedal.filter((mark) => mark.time >= time);
    this.#pedal = this.#pedal.filter((mark) => mark.time < time);
    const come = (['player', 'model'] as const)
      .filter((voice) => this.#pedal.findLast((mark) => mark.voice === voice)?.down)
      .map((voice): PedalEvent => ({ type: 'pedal', voice, time, down: false }));
    this.#pedal.push(...come);
    return { gone, come };
  }

  /** The music is again as it was at a moment, which can be undone as well. */
  #restore(event: Extract<SessionEvent, { type: 'restored' }>): void {
    const { id, time, member } = event;
    const edits: Edit[] = [];
    for (const edit of this.#cuts.since(id, member)) {
      const back = inverse(edit, time);
      this.#apply(back);
      edits.push(back);
    }
    edits.push(this.#cut(event));
    this.#cuts.cut(member, edits);
  }

  #apply({ notes, pedal }: Edit): void {
    for (const note of notes.gone) {
      if (this.#open.get(note.id)?.start === note.start) this.#open.delete(note.id);
      else this.#settled.remove(note);
    }
    for (const note of notes.come) this.#settled.add({ ...note, end: note.end ?? note.start });
    this.#pedal = [...this.#pedal.filter((mark) => !pedal.gone.includes(mark)), ...pedal.come].sort(
      (a, b) => a.time - b.time,
    );
  }

  /** The last page of the music that begins before `before`, by default of all. */
  before(before: Seconds = Number.POSITIVE_INFINITY): Page {
    const open = [...this.#open.values()].filter(({ start }) => start < before);
    const end = this.#settled.before(before);
    const starts = open.map(({ start }) => start);
    for (let index = Math.max(0, end - this.page - 1); index < end; index++)
      starts.push(this.#settled.startAt(index));
    const pedal = this.#pedal.filter(({ time }) => time < before);
    const from = Math.max(
      nth(starts, this.page),
      nth(
        pedal.map(({ time }) => time),
        this.page,
      ),
    );
    const settled = this.#settledBetween(from, end);
    const events = [...settled, ...open]
      .filter(({ start }) => start >= from)
      .flatMap(eventsOf)
      .concat(pedal.filter(({ time }) => time >= from))
      .sort((a, b) => a.time - b.time);
    return from === Number.NEGATIVE_INFINITY ? { events } : { from, events };
  }

  #settledBetween(from: Seconds, end: number): PackedNote[] {
    const first = this.#settled.before(from);
    return Array.from({ length: end - first }, (_, index) => this.#settled.at(first + index));
  }
}

/** The `count`th largest time; minus infinity where there are no more than `count`. */
function nth(times: readonly Seconds[], count: number): Seconds {
  if (times.length <= count) return Number.NEGATIVE_INFINITY;
  return times.toSorted((a, b) => b - a)[count - 1]!;
}

/** Who plays a note, and on what. */
function byOf({
  voice,
  member,
  part,
  instrument,
}: Pick<HistoryNote, 'voice' | 'member' | 'part' | 'instrument'>) {
  return {
    voice,
    ...(member !== undefined && { member }),
    ...(part !== undefined && { part }),
    ...(instrument !== undefined && { instrument }),
  };
}

function eventsOf({ id, pitch, velocity, start, end, ...by }: HistoryNote): SessionEvent[] {
  const on = { type: 'noteOn', id, time: start, pitch, velocity, ...byOf(by) } as const;
  return end === undefined ? [on] : [on, { type: 'noteOff', id, time: end }];
}
