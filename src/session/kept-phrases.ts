import type { Note, PedalChange, PerformanceEvent } from '../music/note.js';
import { applyPedal } from '../music/pedal.js';
import type { Seconds } from '../music/units.js';
import type { Mode } from './commands.js';
import type { TakeRecord } from './take.js';

/** A longer rest parts two phrases, though nobody answered. */
const LONGEST_REST: Seconds = 5;
/** Live, silence is fed up to this bound; a key that is still held when the network answers is let go after as long. */
const LONGEST_SILENCE: Seconds = 1;
/** In these modes what the network samples is a turn of its own; in the others it plays along. */
const TAKES_TURNS: Readonly<Record<Mode, boolean>> = {
  answer: true,
  continue: true,
  duet: false,
  solo: false,
  listen: false,
};

/** Something that the player did. */
interface PlayerEvent {
  readonly event: PerformanceEvent;
  /** Null for what is done between two phrases: keys and pedal that come up. */
  readonly phrase: number | null;
  /** How often a pause, a stop or a start came before it. */
  readonly breaks: number;
  /** While the session ran. */
  readonly live: boolean;
  /** Tokens of the stream, the start token included, once it was taken in. */
  position: number;
}

/**
 * What the player played in a take and did not take back, phrase by phrase: a new one begins where the network had its turn,
 * where the music went back or began anew, where the mode changed, and after a long rest. The pedal is written into the notes,
 * which it lengthens. Each phrase begins at 0; a silence in it lasts a second at most, as the network hears it live.
 * @param mode that the take begins in
 */
export function keptPhrases(records: Iterable<TakeRecord>, mode: Mode): Note[][] {
  const heard = keptEvents(records, mode);
  const pedal = heard.flatMap(({ event }): PedalChange[] => (event.type === 'pedal' ? [event] : []));
  const ends = new Map(heard.map(({ phrase, event }) => [phrase, event.time + LONGEST_SILENCE]));
  const byPhrase = [...notesByPhrase(heard)].sort(([a], [b]) => a - b);
  const phrases = byPhrase.map(([phrase, notes]) => {
    const end = ends.get(phrase)!;
    return applyPedal({ notes, pedal }).map((note) => ({ ...note, end: Math.min(note.end, end) }));
  });
  return phrases.map(withShortSilences);
}

function keptEvents(records: Iterable<TakeRecord>, mode: Mode): PlayerEvent[] {
  const follower = new TakeFollower(mode);
  for (const record of records) follower.apply(record);
  return follower.kept();
}

type RecordOf<Type extends TakeRecord['type']> = Extract<TakeRecord, { type: Type }>;

/** Follows the stream, as a take tells it, to know what was taken back. */
class TakeFollower {
  /** What a new stream cannot go back behind. */
  readonly #settled: PlayerEvent[] = [];
  #events: PlayerEvent[] = [];
  #position = 1;
  #phrase = 0;
  #betweenPhrases = true;
  #lastKeyEvent: Seconds = 0;
  #breaks = 0;
  #live = false;
  /** What the stream has last taken in; null where the network, or a command, came after it. */
  #latest: PlayerEvent | null = null;
  #undoing: 'takeBack' | 'again' | null = null;

  constructor(private mode: Mode) {}

  kept(): PlayerEvent[] {
    return [...this.#settled, ...this.#events];
  }

  apply(record: TakeRecord): void {
    switch (record.type) {
      case 'input':
        this.#input(record);
        break;
      case 'command':
        this.#command(record);
        break;
      case 'pause':
        this.#breaks++;
        this.#betweenPhrases = true;
        this.#latest = null;
        break;
      case 'fed':
        this.#position += record.tokens.length;
        if (this.#latest) this.#latest.position = this.#position;
        break;
      case 'sampled':
        this.#position += record.tokens.length;
        this.#betweenPhrases ||= TAKES_TURNS[this.mode];
        this.#latest = null;
        break;
      case 'back':
        this.#back(record.length);
        break;
      case 'gap':
        if (record.lost === 0) break;
        this.#beginAt(record.length);
        this.#latest = null;
        break;
      case 'zero':
        this.#beginAt(1);
    }
  }

  #input({ event }: RecordOf<'input'>): void {
    if (event.type === 'noteOn') {
      if (this.#betweenPhrases || event.time > this.#lastKeyEvent + LONGEST_REST) this.#phrase++;
      this.#betweenPhrases = false;
    }
    if (event.type !== 'pedal') this.#lastKeyEvent = event.time;
    this.#latest = {
      event,
      phrase: this.#betweenPhrases ? null : this.#phrase,
      breaks: this.#breaks,
      live: this.#live,
      position: this.#position,
    };
    this.#events.push(this.#latest);
    this.#undoing = null;
  }

  #command({ command }: RecordOf<'command'>): void {
    this.#undoing = command.type === 'takeBack' || command.type === 'again' ? command.type : null;
    if (command.type === 'mode') this.mode = command.mode;
    if (command.type === (this.#live ? 'stop' : 'start')) {
      this.#breaks++;
      this.#live = !this.#live;
    }
    this.#betweenPhrases ||= this.#undoing !== null || command.type === 'mode' || command.type === 'stop';
    this.#latest = null;
  }

  /** The stream went back to a length. */
  #back(length: number): void {
    this.#position = length;
    // To before the first note of an exchange, or to after the last one before a reply.
    const kept = this.#undoing === 'takeBack' ? length - 1 : length;
    // A phrase that was broken off may have moved the stream no further than where the next one began.
    const since = this.#events.findLast((one) => one.live && one.event.type === 'noteOn')?.breaks ?? 0;
    const stays = (one: PlayerEvent) => one.position <= (one.breaks < since ? length : kept);
    if (this.#undoing) this.#events = this.#events.filter(stays);
    // Otherwise only what the network had in mind is gone.
    for (const one of this.#events.toReversed()) {
      if (one.position <= length) break;
      one.position = length;
    }
  }

  #beginAt(position: number): void {
    this.#settled.push(...this.#events);
    this.#events = [];
    this.#position = position;
    this.#betweenPhrases = true;
  }
}

/** Keys that nobody let go of are held to the end. */
function notesByPhrase(heard: readonly PlayerEvent[]): Map<number, Note[]> {
  const phrases = new Map<number, Note[]>();
  const open = new Map<number, { readonly note: Omit<Note, 'end'>; readonly phrase: number }>();
  const close = (pitch: number, end: Seconds) => {
    const held = open.get(pitch);
    open.delete(pitch);
    if (!held || end <= held.note.start) return;
    const notes = phrases.get(held.phrase) ?? [];
    phrases.set(held.phrase, notes);
    notes.push({ ...held.note, end });
  };
  for (const { event, phrase } of heard) {
    if (event.type === 'pedal') continue;
    close(event.pitch, event.time);
    if (event.type === 'noteOff' || phrase === null) continue;
    const { pitch, velocity, time } = event;
    open.set(pitch, { note: { pitch, velocity, start: time }, phrase });
  }
  for (const pitch of open.keys()) close(pitch, Number.POSITIVE_INFINITY);
  return phrases;
}

/** Moves notes forward in time so that no silence lasts longer than the bound; the first note begins at 0. */
function withShortSilences(notes: readonly Note[]): Note[] {
  let removed = notes[0]!.start;
  let sounding = notes[0]!.start;
  return notes.map((note) => {
    removed += Math.max(0, note.start - sounding - LONGEST_SILENCE);
    sounding = Math.max(sounding, note.end);
    return { ...note, start: note.start - removed, end: note.end - removed };
  });
}
