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
interface Heard {
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

/** Follows the stream, as a take tells it, to know what was taken back. */
function keptEvents(records: Iterable<TakeRecord>, firstMode: Mode): Heard[] {
  const before: Heard[] = []; // what a new stream cannot go back behind
  let heard: Heard[] = [];
  let mode = firstMode;
  let [position, phrase, parted] = [1, 0, true];
  let struck: Seconds = 0;
  let [breaks, live] = [0, false];
  /** What the stream has last taken in; null where the network, or a command, came after it. */
  let latest: Heard | null = null;
  let undoing: 'takeBack' | 'again' | null = null;
  for (const record of records) {
    switch (record.type) {
      case 'input': {
        const { event } = record;
        if (event.type === 'noteOn') {
          if (parted || event.time > struck + LONGEST_REST) phrase++;
          parted = false;
        }
        if (event.type !== 'pedal') struck = event.time;
        latest = { event, phrase: parted ? null : phrase, breaks, live, position };
        heard.push(latest);
        undoing = null;
        break;
      }
      case 'command': {
        const { command } = record;
        undoing = command.type === 'takeBack' || command.type === 'again' ? command.type : null;
        if (command.type === 'mode') mode = command.mode;
        if (command.type === (live ? 'stop' : 'start')) {
          breaks++;
          live = !live;
        }
        parted ||= undoing !== null || command.type === 'mode' || command.type === 'stop';
        latest = null;
        break;
      }
      case 'pause':
        breaks++;
        parted = true;
        latest = null;
        break;
      case 'fed':
        position += record.tokens.length;
        if (latest) latest.position = position;
        break;
      case 'sampled':
        position += record.tokens.length;
        parted ||= TAKES_TURNS[mode];
        latest = null;
        break;
      case 'back': {
        position = record.length;
        // To before the first note of an exchange, or to after the last one before a reply.
        const kept = undoing === 'takeBack' ? position - 1 : position;
        // A phrase that was broken off may have moved the stream no further than where the next one began.
        const since = heard.findLast((one) => one.live && one.event.type === 'noteOn')?.breaks ?? 0;
        const stays = (one: Heard) => one.position <= (one.breaks < since ? position : kept);
        if (undoing) heard = heard.filter(stays);
        // Otherwise only what the network had in mind is gone.
        for (const one of heard.toReversed()) {
          if (one.position <= position) break;
          one.position = position;
        }
        break;
      }
      case 'gap':
        if (record.lost === 0) break;
        before.push(...heard);
        heard = [];
        [position, parted, latest] = [record.length, true, null];
        break;
      case 'zero':
        before.push(...heard);
        heard = [];
        [position, parted] = [1, true];
    }
  }
  return [...before, ...heard];
}

/** Keys that nobody let go of are held to the end. */
function notesByPhrase(heard: readonly Heard[]): Map<number, Note[]> {
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
