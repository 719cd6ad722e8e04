import { type HostClientMessage, type HostMessage, PROTOCOL_VERSION } from '../host-protocol.js';
import type { Described } from './described.js';
import { hostsOfCluster } from './hosts-messages.js';
import { fromHostOfTakes, toHostOfTakes } from './take-messages.js';

type HostWelcome = Extract<HostMessage, { readonly type: 'hostWelcome' }>;

const sessions: HostWelcome['sessions'] = [
  {
    ...{ id: 'k3m7q2xa', name: 'Session 1', mode: 'answer', phase: 'waiting', clients: 1 },
    plugin: { id: 'keys', name: 'Keys' },
    model: { id: 'keys-small', name: 'Small' },
    openedAt: '2026-11-30T20:00:00.000Z',
    take: '2026-11-30-200000',
  },
];

const offered: NonNullable<HostWelcome['offered']> = [
  {
    ...{ id: 'p5w4n6tb', name: 'Evening', take: '2026-11-29-193000' },
    plugin: { id: 'keys', name: 'Keys' },
    model: { id: 'keys-small', name: 'Small' },
    ...{ endedAt: '2026-11-29T20:15:00.000Z', why: 'stopped' },
  },
];

export const toHost: Described<HostClientMessage, HostMessage> = {
  hello: {
    says: 'The first message; any other before it is refused. The answer is the directory, and every change of it from then on.',
    example: { type: 'hello', version: PROTOCOL_VERSION },
    answers: ['hostWelcome', 'error'],
  },
  openSession: {
    says: 'Opens a session. What is left out is as the host was started. `host`: the host of the cluster that is to have it. `from`: it goes on from a snapshot of another session or, without one, from how that stands now, with its plugin, model, mode and parameters.',
    example: { type: 'openSession', request: 1, name: 'Second', plugin: 'keys', mode: 'duet' },
    answers: ['opened', 'error'],
  },
  closeSession: {
    says: 'Closes a session: its clients are told, and its take is kept. For `limits.undoSeconds` it can be reopened.',
    example: { type: 'closeSession', request: 2, id: 'k3m7q2xa' },
    answers: ['done', 'error'],
  },
  reopenSession: {
    says: 'Undoes `closeSession`: the session goes on where it was.',
    example: { type: 'reopenSession', request: 3, id: 'k3m7q2xa' },
    answers: ['opened', 'error'],
  },
  resumeSession: {
    says: 'Resumes a session that is offered: with its id, name, settings and ports it goes on from its take, or with `anew` from zero. Where it is refused, it is offered still.',
    example: { type: 'resumeSession', request: 5, id: 'p5w4n6tb' },
    answers: ['opened', 'error'],
  },
  dropOffer: {
    says: 'Has a session offered no longer; its take is kept. For `limits.undoSeconds` that can be undone.',
    example: { type: 'dropOffer', request: 6, id: 'p5w4n6tb' },
    answers: ['done', 'error'],
  },
  restoreOffer: {
    says: 'Undoes `dropOffer`.',
    example: { type: 'restoreOffer', request: 7, id: 'p5w4n6tb' },
    answers: ['done', 'error'],
  },
  renameSession: {
    says: 'Names a session; several may have one name.',
    example: { type: 'renameSession', request: 4, id: 'k3m7q2xa', name: 'Evening' },
    answers: ['done', 'error'],
  },
  moveSession: {
    says: 'Moves a session to another host of the cluster, given by its id or name. Its clients follow by themselves.',
    example: { type: 'moveSession', request: 5, id: 'k3m7q2xa', host: 'studio-2' },
    answers: ['done', 'error'],
  },
  ping: {
    says: "Asks for the host's clock. A client sends one each second; the host counts one that falls silent as gone.",
    example: { type: 'ping', id: 0 },
    answers: ['pong'],
  },
  ...toHostOfTakes,
};

export const fromHost: Described<HostMessage> = {
  hostWelcome: {
    says: 'The open sessions, the plugins that sessions can be opened with, the sessions that can be resumed, the limits and, in a cluster, its `hosts`: after `hello`. A session with `host` is at another one.',
    example: {
      ...{ type: 'hostWelcome', version: PROTOCOL_VERSION, sessions },
      plugins: [{ id: 'keys', name: 'Keys', models: [{ id: 'keys-small', name: 'Small' }] }],
      offered,
      limits: { sessions: 16, clients: 32, undoSeconds: 30 },
    },
  },
  hosts: hostsOfCluster,
  sessions: {
    says: 'The open sessions, after each change; changes that follow each other closely are told together.',
    example: { type: 'sessions', sessions },
  },
  offered: {
    says: 'The sessions that were open in hosts before this one and can be resumed, after each change.',
    example: { type: 'offered', offered },
  },
  opened: {
    says: 'A session was opened, reopened or resumed for this client; `sessions` came before.',
    example: { type: 'opened', request: 1, id: 'k3m7q2xa' },
  },
  done: {
    says: 'A request succeeded; all clients have been told of the change.',
    example: { type: 'done', request: 2 },
  },
  error: {
    says: 'A message was refused. `code` is one of docs/ERRORS.md, `about` the type of the message and `request` its number, where they are known.',
    example: {
      ...{ type: 'error', code: 'SESSION_NOT_FOUND', message: 'There is no session "k3m7q2xa".' },
      ...{ about: 'closeSession', request: 2 },
    },
  },
  pong: {
    says: "The answer to a ping, with the host's time at which it was read.",
    example: { type: 'pong', id: 0, time: 12.5 },
  },
  ...fromHostOfTakes,
};
