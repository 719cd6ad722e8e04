import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from '../session-protocol.js';
import type { Described } from './described.js';
import { hostsOfCluster } from './hosts-messages.js';
import { fromSessionOfSnapshots, toSessionOfSnapshots } from './snapshot-messages.js';

const options = { mood: 'gay', verses: 3 };
const text = 'X:1\nT:One note\nM:4/4\nL:1/8\nK:C\nC8|]\n';
const ports = {
  inputs: ['Keyboard'],
  outputs: ['Synth'],
  input: 'Keyboard',
  output: null,
  unavailable: null,
};

export const toSession: Described<ClientMessage, ServerMessage> = {
  hello: {
    says: 'The first message; any other before it is refused. The answer is the whole state, and every event from then on.',
    example: { type: 'hello', version: PROTOCOL_VERSION },
    answers: ['welcome', 'error'],
  },
  command: {
    says: 'Start, stop, a mode, a parameter … With a `request` it is answered: by `done` when it is taken up (an event tells when it is so). A `member` is one of a band; changes of a parameter with the same `gesture` are undone together. `keep` and `recall` keep a snapshot under an id that the client chooses, and go back to it.',
    example: { type: 'command', request: 1, command: { type: 'mode', mode: 'answer' } },
    answers: ['done', 'error'],
  },
  undo: {
    says: 'Undoes what a user changed last in this session, at whichever client: `undoable` names it. It is answered when it is so.',
    example: { type: 'undo', request: 7 },
    answers: ['done', 'error'],
  },
  redo: {
    says: 'Makes the change that was undone last again.',
    example: { type: 'redo', request: 8 },
    answers: ['done', 'error'],
  },
  play: {
    says: 'A note or the pedal of the player, at the time of its arrival, or at `time` if that is at most a second ago.',
    example: { type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80 } },
  },
  connect: {
    says: "Connects the session to a MIDI port of the host's computer; null: to none.",
    example: { type: 'connect', request: 2, which: 'output', port: 'Synth' },
    answers: ['done', 'error'],
  },
  load: {
    says: 'Loads another plugin, model or members of the band beside what plays; of several requests the last is loaded. It plays at the next phrase (`when`: or at once), which is when it is answered.',
    example: { type: 'load', request: 3, plugin: 'keys', members: [{ plugin: 'kit', model: 'kit-rock' }] },
    answers: ['done', 'error'],
  },
  hurryLoad: {
    says: 'What is being loaded plays as soon as it can, whoever asked for it.',
    example: { type: 'hurryLoad' },
  },
  cancelLoad: {
    says: 'Cancels what is being loaded, unless it plays already; its `load` gets an `error` with LOAD_CANCELLED.',
    example: { type: 'cancelLoad' },
  },
  makePiece: {
    says: 'Has a piece made by one of the `composers`, one at a time; `pieceSoFar` tells of its progress.',
    example: { type: 'makePiece', request: 4, task: { plugin: 'songs', options, seed: 7 } },
    answers: ['piece', 'error'],
  },
  readPiece: {
    says: 'Has a piece read from a text.',
    example: { type: 'readPiece', request: 5, task: { plugin: 'songs', text } },
    answers: ['piece', 'error'],
  },
  cancelPiece: {
    says: 'Cancels `makePiece` or `readPiece` by its number. Nothing answers either.',
    example: { type: 'cancelPiece', request: 4 },
  },
  exportPiece: {
    says: "Has a piece written in another of the composer's formats.",
    example: {
      type: 'exportPiece',
      request: 6,
      task: { plugin: 'songs', text, format: 'midi', options: { swing: 0.5 } },
    },
    answers: ['pieceFile', 'error'],
  },
  earlier: {
    says: "Asks for the page of music that began before `before`: the welcome's `historyFrom`, or the last page's `from`.",
    example: { type: 'earlier', before: 61.5 },
    answers: ['earlier', 'error'],
  },
  piecePlays: {
    says: 'A piece plays at this client for at most `seconds` (0: it is over). Until then no note starts the session, and the model is silent.',
    example: { type: 'piecePlays', seconds: 42 },
  },
  watchNetwork: {
    says: 'Shows what the network does, or no longer: `networkShape`, then `networkSteps` at most 12.5 times a second.',
    example: { type: 'watchNetwork', on: true },
  },
  ...toSessionOfSnapshots,
  ping: {
    says: "Asks for the session's clock. A client sends one each second; the host counts one that falls silent as gone.",
    example: { type: 'ping', id: 0 },
    answers: ['pong'],
  },
};

const temperature = { type: 'float', label: 'Temperature', min: 0.1, max: 2, default: 1 } as const;

export const fromSession: Described<ServerMessage> = {
  welcome: {
    says: 'The complete state: after `hello`, and for everybody when plugin or model change. `history` is the last page of music; before `historyFrom` there is more. `snapshots` are the moments that can be gone back to. `hosts`: those of the cluster, where there is one.',
    example: {
      ...{ type: 'welcome', version: PROTOCOL_VERSION },
      description: {
        ...{ time: 12.5, phase: 'waiting', mode: 'answer', values: { temperature: 1 }, ports },
        plugin: { id: 'keys', name: 'Keys' },
        model: { id: 'keys-small', name: 'Small' },
        plugins: [{ id: 'keys', name: 'Keys' }],
        models: [{ id: 'keys-small', name: 'Small' }],
        params: { plugin: { temperature }, session: {} },
      },
      history: [{ type: 'noteOn', id: 0, voice: 'player', time: 11, pitch: 60, velocity: 80 }],
      composers: [],
      snapshots: [],
    },
  },
  hosts: hostsOfCluster,
  earlier: {
    says: 'A page of the music that began before `before`, from `from` on (absent: from the beginning), in order of time.',
    example: {
      ...{ type: 'earlier', before: 61.5, from: 32 },
      events: [
        { type: 'noteOn', id: 4, voice: 'model', time: 33, pitch: 64, velocity: 70 },
        { type: 'noteOff', id: 4, time: 33.5 },
      ],
    },
  },
  event: {
    says: 'Something happened in the session. A note of the model is told when it is planned, a moment ahead of its `time`; times are seconds of the session.',
    example: {
      type: 'event',
      event: { type: 'noteOn', id: 9, voice: 'model', time: 13.25, pitch: 67, velocity: 76 },
    },
  },
  music: {
    says: 'The last page of the music, in place of all that was told before: something that was taken back is part of it again. As in a welcome, there is more before `historyFrom`.',
    example: {
      ...{ type: 'music', historyFrom: 11 },
      history: [{ type: 'noteOn', id: 0, voice: 'player', time: 11, pitch: 60, velocity: 80 }],
    },
  },
  ports: {
    says: "The MIDI ports of the host's computer, and which of them this session uses or waits for (`waits`), when either changes.",
    example: { type: 'ports', ports },
  },
  coming: {
    says: 'What is being loaded beside what plays; `ready`: it plays at the next phrase. null: nothing any more.',
    example: {
      type: 'coming',
      coming: {
        plugin: { id: 'keys', name: 'Keys' },
        model: { id: 'keys-large', name: 'Large' },
        ready: true,
      },
    },
  },
  undoable: {
    says: 'What can be undone and done again next, named by what it changed; null: nothing. A welcome has it too.',
    example: { type: 'undoable', undo: { label: 'Temperature' }, redo: null },
  },
  done: {
    says: 'A request succeeded; all clients have been told of the change.',
    example: { type: 'done', request: 1 },
  },
  error: {
    says: 'A message was refused. `code` is one of docs/ERRORS.md, `about` the type of the message and `request` its number, where they are known.',
    example: {
      ...{ type: 'error', code: 'PORT_NOT_FOUND', message: 'There is no MIDI output named "Synth".' },
      ...{ hint: 'continuo ports lists them.', about: 'connect', request: 2 },
    },
  },
  piece: {
    says: 'The piece of a request.',
    example: {
      ...{ type: 'piece', request: 4 },
      piece: {
        ...{ title: 'One note', text, bpm: 112, lost: {}, notices: [] },
        segments: [{ number: 1, part: 'A' }],
        notes: [{ pitch: 60, velocity: 80, start: 0, end: 2 }],
        made: { options, seed: 7, why: [], remarks: [] },
      },
    },
  },
  pieceSoFar: {
    says: 'Progress of a piece that is being made.',
    example: { type: 'pieceSoFar', request: 4, soFar: { candidates: 3, of: 8 } },
  },
  pieceFile: {
    says: 'A piece in another format; `content` is base64 where it is `binary`.',
    example: { type: 'pieceFile', request: 6, file: { content: 'TVRoZA==', binary: true } },
  },
  networkShape: {
    says: 'For a client that watches the network: its layers and the number of tokens, first and when another engine plays.',
    example: { type: 'networkShape', shape: { layers: [{ cell: 'lstm', units: 512 }], classes: 388 } },
  },
  networkSteps: {
    says: 'For a client that watches the network: the tokens since the last such message with the likeliest choices, and the layers before the last one. A client that reads too slowly misses some.',
    example: {
      type: 'networkSteps',
      steps: {
        tokens: [
          {
            ...{ position: 3, time: 13.25, drawn: true, nats: 0.7 },
            choices: [{ words: 'G4 on', probability: 0.5, afterGrammar: 0.8, chosen: true }],
          },
        ],
        dropped: 0,
      },
    },
  },
  ...fromSessionOfSnapshots,
  pong: {
    says: "The answer to a ping, with the session's time at which it was read.",
    example: { type: 'pong', id: 0, time: 12.5 },
  },
};
