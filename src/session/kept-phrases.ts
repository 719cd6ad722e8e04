import { exhausted } from '../exhausted.js';
import type { Note, PedalChange, PerformanceEvent } from '../music/note.js';
import { applyPedal } from '../music/pedal.js';
import type { Seconds } from '../music/units.js';
import { type Mode, memberOf } from './commands.js';
import { streamOf, type TakeRecord } from './take.js';

/** A longer rest separates two phrases, even if nobody answered. */
const LONGEST_REST: Seconds = 5;
/** The bound on silence that live streams have; a key that is held while the network answers is released after as long. */
const LONGEST_SILENCE: Seconds = 1;
/** Whether the network's tokens are a turn of its own in a mode; in the other modes it plays along. */
const TAKES_TURNS: Readonly<Record<Mode, boolean>> = {
  answer: true,
  continue: true,
  duet: false,
  solo: false,
  listen: false,
};

/** An event of the player, and where it stands in the take. */
interface PlayerEvent {
  readonly event: PerformanceEvent;
  /** Number of its phrase; null for keys and pedal released between two phrases. */
  readonly phrase: number | null;
  /** How many pauses, stops and starts came before it. */
  readonly breaks: number;
  /** Whether the session ran. */
  readonly live: boolean;
  /** Length of the token stream, with the start token, once the event was written. */
  position: number;
}

/**
 * The player's phrases in a take, without those that were taken back. A new phrase begins after a turn of the network, after
 * the stream was reset or went back, after a change of mode, and after a long rest. The pedal is applied to the notes' ends.
 * Each phrase begins at 0 s, and no silence in it is longer than a second, as in a live stream.
 * @param mode the mode that the take begins in
 */
export function keptPhrases(records: Iterable<TakeRecord>, mode: Mode): Note[][] {
  const events = keptEvents(records, mode);
  const pedal = events.flatMap(({ event }): PedalChange[] => (event.type === 'pedal' ? [event] : []));
  const ends = new Map(events.map(({ phrase, event }) => [phrase, event.time + LONGEST_SILENCE]));
  const byPhrase = [...notesByPhrase(events)].sort(([a], [b]) => a - b);
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

/** Follows the length of the token stream through a take's records, to know which events were taken back. */
class TakeFollower {
  /** Events before the last reset of the stream: they cannot be taken back any more. */
  readonly #settled: PlayerEvent[] = [];
  #events: PlayerEvent[] = [];
  #position = 1;
  #phrase = 0;
  #betweenPhrases = true;
  #lastKeyEvent: Seconds = 0;
  #breaks = 0;
  #live = false;
  /** The last event, as long as neither network nor command came after it. */
  #latest: PlayerEvent | null = null;
  #undoing: 'takeBack' | 'again' | null = null;

  constructor(private mode: Mode) {}

  kept(): PlayerEvent[] {
    return [...this.#settled, ...this.#events];
  }

  /** Of a band, the first member's stream and the commands for it tell where phrases begin. */
  apply(record: TakeRecord): void {
    if (streamOf(record) !== undefined) return;
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
      case 'rejoin':
        this.#beginAt(record.length);
        this.#latest = null;
        break;
      case 'gap':
        if (record.lost === 0) break;
        this.#beginAt(record.length);
        this.#latest = null;
        break;
      case 'restart':
        // What was played stays, though the network has forgotten the last of it.
        this.mode = record.mode;
        this.#live = false;
        this.#beginAt(record.length);
        this.#latest = null;
        break;
      case 'zero':
        this.#beginAt(1);
        break;
      // These change neither phrases nor tokens.
      case 'clock':
      case 'dropped':
      case 'hold':
      case 'end':
        break;
      default:
        exhausted(record);
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
    if (memberOf(command) !== undefined) return;
    this.#undoing = command.type === 'takeBack' || command.type === 'again' ? command.type : null;
    if (command.type === 'mode') this.mode = command.mode;
    if (command.type === (this.#live ? 'stop' : 'start')) {
      this.#breaks++;
      this.#live = !this.#live;
    }
    this.#betweenPhrases ||= this.#undoing !== null || command.type === 'mode' || command.type === 'stop';
    this.#latest = null;
  }

  /** The stream went back to its first `length` tokens. */
  #back(length: number): void {
    this.#position = length;
    // `takeBack` goes to before the first note of an exchange, `again` to after the last one before a reply.
    const kept = this.#undoing === 'takeBack' ? length - 1 : length;
    // A phrase that was cut off may have added no token before the next one began.
    const since = this.#events.findLast((one) => one.live && one.event.type === 'noteOn')?.breaks ?? 0;
    const stays = (one: PlayerEvent) => one.position <= (one.breaks < since ? length : kept);
    if (this.#undoing) this.#events = this.#events.filter(stays);
    // Otherwise only sampled tokens were removed.
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

/** Pairs note-ons and note-offs; keys that were never released are held to the end. */
function notesByPhrase(events: readonly PlayerEvent[]): Map<number, Note[]> {
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
  for (const { event, phrase } of events) {
    if (event.type === 'pedal') continue;
    close(event.pitch, event.time);
    if (event.type === 'noteOff' || phrase === null) continue;
    const { pitch, velocity, time } = event;
    open.set(pitch, { note: { pitch, velocity, start: time }, phrase });
  }
  for (const pitch of open.keys()) close(pitch, Number.POSITIVE_INFINITY);
  return phrases;
}

/** Moves notes to earlier times so that no silence is longer than the bound; the first note begins at 0. */
function withShortSilences(notes: readonly Note[]): Note[] {
  let removed = notes[0]!.start;
  let sounding = notes[0]!.start;
  return notes.map((note) => {
    removed += Math.max(0, note.start - sounding - LONGEST_SILENCE);
    sounding = Math.max(sounding, note.end);
    return { ...note, start: note.start - removed, end: note.end - removed };
  });
}
