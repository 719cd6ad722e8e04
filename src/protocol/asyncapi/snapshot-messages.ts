import type { ClientMessage, ServerMessage } from '../session-protocol.js';
import type { Described } from './described.js';

type About<Message extends { readonly type: string }, Type extends string> = Extract<
  Message,
  { readonly type: Type }
>;

const id = '5f0c1b2a3d4e';
const snapshot = {
  ...{ id, name: 'Before the storm', time: 61.25, date: '2026-11-30T20:01:01.250Z' },
  ...{ plugin: 'keys', model: 'keys-small', own: true, bytes: 52_480 },
};

type Asked = 'keepSnapshot' | 'recallSnapshot' | 'renameSnapshot' | 'deleteSnapshot' | 'restoreSnapshot';

export const toSessionOfSnapshots: Described<About<ClientMessage, Asked>, ServerMessage> = {
  keepSnapshot: {
    says: 'Keeps this moment of the session, state and position, under a name (default: a number). As a file it is fetched by HTTP from `/sessions/ID/snapshots/SNAPSHOT`, and brought to another session, or another host, by POST to `/sessions/ID/snapshots`, with the same token.',
    example: { type: 'keepSnapshot', request: 6, name: 'Before the storm' },
    answers: ['snapshot', 'error'],
  },
  recallSnapshot: {
    says: 'Goes back to a snapshot and on from there: at once, or when the turn or phrase under way is over. Mode and parameters stay as they are. Refused with STATE_OTHER where another model plays.',
    example: { type: 'recallSnapshot', request: 7, id, when: 'phrase' },
    answers: ['done', 'error'],
  },
  renameSnapshot: {
    says: 'Names a snapshot.',
    example: { type: 'renameSnapshot', request: 8, id, name: 'Verse' },
    answers: ['done', 'error'],
  },
  deleteSnapshot: {
    says: 'Deletes a snapshot.',
    example: { type: 'deleteSnapshot', request: 9, id },
    answers: ['done', 'error'],
  },
  restoreSnapshot: {
    says: 'Undoes `deleteSnapshot`.',
    example: { type: 'restoreSnapshot', request: 10, id },
    answers: ['done', 'error'],
  },
};

export const fromSessionOfSnapshots: Described<About<ServerMessage, 'snapshot' | 'snapshots'>> = {
  snapshots: {
    says: 'The snapshots of the session, after each change. `own`: it is of this very session. `unfit`: why it cannot be recalled with what plays now.',
    example: { type: 'snapshots', snapshots: [snapshot] },
  },
  snapshot: {
    says: 'What was kept for this client; `snapshots` came before.',
    example: { type: 'snapshot', request: 6, snapshot },
  },
};
