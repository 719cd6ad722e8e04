import { exhausted } from '../../../exhausted.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import type { SessionCommand } from '../../../session/commands.js';
import type { TakeRecord } from '../../../session/take.js';
import type { TakeTrack } from './music.js';

/** What happened in a take, in the order of time. */
export type TakeEvent = PlayedTurn | SaidEvent;

/** A phrase of the player, of the model, or of both at once. */
export interface PlayedTurn {
  readonly type: 'turn';
  readonly time: Seconds;
  readonly until: Seconds;
  readonly by: 'player' | 'model' | 'together';
  readonly notes: number;
}

/** A command of the user, or something that befell the session. */
export interface SaidEvent {
  readonly type: 'event';
  readonly time: Seconds;
  readonly words: string;
}

/** A rest of so long parts two phrases of one who plays. */
const REST: Seconds = 2;
/** Phrases that share more than this part of the shorter one were played together. */
const SHARED = 0.25;

interface Phrase {
  readonly time: Seconds;
  until: Seconds;
  by: PlayedTurn['by'];
  notes: number;
}

/** Tells a take by its turns, with what was done in between. */
export function eventsOf(tracks: readonly TakeTrack[], records: readonly TakeRecord[]): TakeEvent[] {
  const of = (voice: TakeTrack['voice']) =>
    tracks.filter((track) => track.voice === voice).flatMap(({ events }) => [...events]);
  const phrases = [...phrasesOf(of('player'), 'player'), ...phrasesOf(of('model'), 'model')];
  const turns = joined(phrases.sort((a, b) => a.time - b.time)).map(
    (phrase): TakeEvent => ({ type: 'turn', ...phrase }),
  );
  return [...turns, ...saidIn(records)].sort((a, b) => a.time - b.time);
}

function phrasesOf(notes: readonly Note[], by: PlayedTurn['by']): Phrase[] {
  const phrases: Phrase[] = [];
  for (const { start, end } of notes.toSorted((a, b) => a.start - b.start)) {
    const last = phrases.at(-1);
    if (last === undefined || start > last.until + REST)
      phrases.push({ time: start, until: end, by, notes: 1 });
    else {
      last.notes++;
      last.until = Math.max(last.until, end);
    }
  }
  return phrases;
}

/** Joins phrases that sounded at the same time. */
function joined(phrases: readonly Phrase[]): Phrase[] {
  const turns: Phrase[] = [];
  for (const phrase of phrases) {
    const last = turns.at(-1);
    const shared = last === undefined ? 0 : Math.min(last.until, phrase.until) - phrase.time;
    const shorter = last === undefined ? 0 : Math.min(last.until - last.time, phrase.until - phrase.time);
    if (last === undefined || shared <= SHARED * shorter) turns.push({ ...phrase });
    else {
      if (last.by !== phrase.by) last.by = 'together';
      last.notes += phrase.notes;
      last.until = Math.max(last.until, phrase.until);
    }
  }
  return turns;
}

function saidIn(records: readonly TakeRecord[]): SaidEvent[] {
  const said: SaidEvent[] = [];
  const say = (time: Seconds, words: string) => void said.push({ type: 'event', time, words });
  for (const record of records) {
    switch (record.type) {
      case 'command': {
        const words = wordsOf(record.command);
        if (words !== null) say(record.time, words);
        break;
      }
      case 'pause':
        say(record.time, `nothing ran for ${(record.until - record.time).toFixed(1)} s`);
        break;
      case 'gap':
        say(
          record.from,
          record.lost > 0
            ? `the disk was full: ${record.lost} records are lost`
            : 'the disk was full for a while',
        );
        break;
      case 'restart':
        say(
          record.time,
          record.plugin
            ? `other code of the plugin, version ${record.plugin.version}, took over`
            : `the engine ${record.hung ? 'hung' : 'failed'}, and another took over`,
        );
        break;
      case 'rejoin':
        say(record.time, `${record.member} failed${record.out ? ' and plays no more' : ' and went on'}`);
        break;
      case 'input':
      case 'clock':
      case 'fed':
      case 'sampled':
      case 'back':
      case 'zero':
      case 'dropped':
      case 'hold':
      case 'end':
        break;
      default:
        exhausted(record);
    }
  }
  return said;
}

/** A command in words; null for those that come again and again. */
function wordsOf(command: SessionCommand): string | null {
  const whose = 'member' in command && command.member !== undefined ? ` of ${command.member}` : '';
  switch (command.type) {
    case 'mode':
      return `mode ${command.mode}${whose}`;
    case 'param':
      return `${command.id} ${command.value === null ? 'as by default' : command.value}${whose}`;
    case 'mute':
      return `${command.muted ? 'muted' : 'unmuted'}${whose}`;
    case 'takeBack':
      return `took back${whose}`;
    case 'again':
      return `again${whose}`;
    case 'reset':
      return `forgot everything${whose}`;
    case 'start':
    case 'stop':
      return command.type;
    case 'allOff':
      return 'all off';
    case 'keep':
      return `kept this moment as ${command.id}`;
    case 'recall':
      return `went back to ${command.id}`;
    case 'pulse':
      return null;
    default:
      exhausted(command);
      return null;
  }
}
