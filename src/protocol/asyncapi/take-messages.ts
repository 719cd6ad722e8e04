import type { HostClientMessage, HostMessage } from '../host-protocol.js';
import type { Described } from './described.js';

type About<Message extends { readonly type: string }, Type extends string> = Extract<
  Message,
  { readonly type: Type }
>;

const id = '2026-11-30T20-00-00-000Z';
const take: About<HostMessage, 'take'>['take'] = {
  ...{ id, name: 'Tuesday jam', date: '2026-11-30T20:00:00.000Z', length: 187.5, mode: 'answer' },
  ...{ plugin: 'keys', pluginVersion: '1.0.0', model: 'keys-small', members: [] },
  ...{ notes: { player: 212, model: 305 }, cutOff: false, damage: null, abc: false },
  ...{ bytes: 48_210, writing: false, deleted: null },
};

type Asked = 'listTakes' | 'showTake' | 'takePage' | 'renameTake' | 'deleteTake' | 'restoreTake';
type Told = 'takes' | 'take' | 'takePage' | 'takesChanged';

export const toHostOfTakes: Described<About<HostClientMessage, Asked>, HostMessage> = {
  listTakes: {
    says: 'Asks for takes, the latest first: `most` of them, those before the take `before`; with `deleted` those in the trash.',
    example: { type: 'listTakes', request: 5, most: 50 },
    answers: ['takes', 'error'],
  },
  showTake: {
    says: 'Asks what a take is, who plays in it, and what happened turn by turn. As a file it is fetched by HTTP from `/takes/ID.mid` or `/takes/ID.abc`, with the same token.',
    example: { type: 'showTake', request: 6, id },
    answers: ['take', 'error'],
  },
  takePage: {
    says: 'Asks for the music of a take from a session time on, as much as fits a page.',
    example: { type: 'takePage', request: 7, id, from: 3.2 },
    answers: ['takePage', 'error'],
  },
  renameTake: {
    says: 'Names a take, which may be one that is being written.',
    example: { type: 'renameTake', request: 8, id, name: 'Tuesday jam' },
    answers: ['done', 'error'],
  },
  deleteTake: {
    says: 'Moves a take to the trash, where it is kept for 30 days. One that is being written is refused.',
    example: { type: 'deleteTake', request: 9, id },
    answers: ['done', 'error'],
  },
  restoreTake: {
    says: 'Undoes `deleteTake`.',
    example: { type: 'restoreTake', request: 10, id },
    answers: ['done', 'error'],
  },
};

export const fromHostOfTakes: Described<About<HostMessage, Told>> = {
  takes: {
    says: 'Takes, the latest first; `more` says whether there are earlier ones.',
    example: { type: 'takes', request: 5, takes: [take], more: false },
  },
  take: {
    says: 'A take: `from` and `until` are the session times of its first and its last note, `missing` says what of its music is not here.',
    example: {
      ...{ type: 'take', request: 6, take, from: 3.2, until: 190.7, missing: [] },
      parts: [{ name: 'player', voice: 'player', channel: 1, notes: 212 }],
      events: [{ type: 'turn', time: 3.2, until: 7.4, by: 'player', notes: 14 }],
    },
  },
  takePage: {
    says: 'Notes that begin in a stretch of time, with `part` an index into the parts of the take; `next` is where the next page begins, or null.',
    example: {
      ...{ type: 'takePage', request: 7, pedal: [{ part: 0, time: 3.1, down: true }], next: null },
      notes: [{ part: 0, pitch: 60, velocity: 80, start: 3.2, end: 3.7 }],
    },
  },
  takesChanged: {
    says: 'A take began, ended, was named, deleted or brought back: ask again. Changes that follow each other closely are told together.',
    example: { type: 'takesChanged' },
  },
};
