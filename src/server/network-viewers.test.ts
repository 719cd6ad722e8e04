import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { NetworkView } from '../host/live/network/view.js';
import { serverMessage } from '../protocol/session-protocol.js';
import { Hub } from './hub.js';
import { MemoryPieces } from './testing/memory-pieces.js';
import { MemorySession } from './testing/memory-session.js';

class Socket extends EventEmitter {
  bufferedAmount = 0;
  readonly sent: string[] = [];
  send(text: string): void {
    this.sent.push(text);
  }
  terminate(): void {}
  close(): void {}
  ping(): void {}
  pause(): void {}
  /** Types of what was sent of the network. */
  get seen(): string[] {
    return this.sent.map((text) => JSON.parse(text).type as string).filter((type) => /^network/.test(type));
  }
}

const SHAPE: NetworkView = {
  type: 'networkShape',
  shape: { layers: [{ cell: 'lstm', units: 4 }], classes: 9 },
};
const STEPS: NetworkView = {
  type: 'networkSteps',
  steps: {
    tokens: [
      {
        ...{ position: 3, time: 1.25, drawn: true, nats: 0.7 },
        choices: [
          { words: 'E4 on', probability: 0.5, afterGrammar: 0.8, chosen: true },
          { words: 'F4 on', probability: 0.3, afterGrammar: 0, forbidden: true },
        ],
      },
    ],
    state: { time: 1.25, position: 3, h: 'AH+BAA==', c: 'AAAAAA==' },
    dropped: 2,
  },
};

function joined() {
  const session = new MemorySession();
  const hub = new Hub(session, new MemoryPieces(), () => {});
  const join = () => {
    const socket = new Socket();
    hub.join(socket as unknown as WebSocket, { wire: { bytesRead: 0 } });
    const say = (message: object) => socket.emit('message', Buffer.from(JSON.stringify(message)), false);
    say({ type: 'hello', version: 2 });
    const watch = (on: boolean, choice = {}) => say({ type: 'watchNetwork', on, ...choice });
    return { socket, say, watch };
  };
  const show = (view: NetworkView) => {
    for (const listener of session.networkListeners) listener(view);
  };
  return { session, join, show };
}

describe('a panel that watches the network', () => {
  it('is shown it until it looks away or goes, and others are not', () => {
    const { session, join, show } = joined();
    const [one, other] = [join(), join()];
    expect(session.networkListeners.size).toBe(0);
    one.watch(true);
    one.watch(true);
    expect(session.networkListeners.size).toBe(1);
    show(SHAPE);
    show(STEPS);
    expect([one.socket.seen, other.socket.seen]).toEqual([['networkShape', 'networkSteps'], []]);
    for (const text of one.socket.sent.slice(-2))
      expect(serverMessage.parse(JSON.parse(text))).toEqual(JSON.parse(text));
    one.watch(false);
    expect(session.networkListeners.size).toBe(0);
    one.watch(true);
    one.socket.emit('close');
    expect(session.networkListeners.size).toBe(0);
  });

  it('that comes later is told first what there is to see', () => {
    const { join, show } = joined();
    const [one, other] = [join(), join()];
    one.watch(true);
    show(SHAPE);
    show(STEPS);
    other.watch(true);
    show(STEPS);
    expect(other.socket.seen).toEqual(['networkShape', 'networkSteps']);
    one.watch(false);
    show(STEPS);
    expect([one.socket.seen.length, other.socket.seen.length]).toEqual([3, 3]);
  });

  it('chooses a member and a gate; those who choose the same share it', () => {
    const { session, join, show } = joined();
    const [one, other] = [join(), join()];
    one.watch(true, { member: 'drums', gate: 'f' });
    other.watch(true, { gate: 'f', member: 'drums' });
    expect(session.networkListeners.size).toBe(1);
    one.watch(true, { member: 'drums' });
    one.watch(true, { member: 'drums' });
    expect(session.networkListeners.size).toBe(2);
    expect(session.networkChoices).toEqual([{ member: 'drums', gate: 'f' }, { member: 'drums' }]);
    show({ ...SHAPE, member: 'drums' });
    expect([one.socket.seen.length, other.socket.seen.length]).toEqual([1, 1]);
    one.watch(true, { member: 'nobody' });
    expect(JSON.parse(one.socket.sent.at(-1)!)).toMatchObject({
      ...{ type: 'error', code: 'MEMBER_UNKNOWN', about: 'watchNetwork' },
    });
    // What it watched before, it watches on.
    show({ ...STEPS, member: 'drums' });
    expect(one.socket.seen.length).toBe(2);
    one.watch(true, { gate: 'q' });
    expect(JSON.parse(one.socket.sent.at(-1)!)).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    one.watch(false);
    other.watch(false);
    expect(session.networkListeners.size).toBe(0);
  });

  it('that reads too slowly misses steps, and stays connected', () => {
    const { join, show } = joined();
    const { socket, watch } = join();
    watch(true);
    show(SHAPE);
    socket.bufferedAmount = 100_000;
    show(STEPS);
    show(SHAPE);
    socket.bufferedAmount = 0;
    show(STEPS);
    expect(socket.seen).toEqual(['networkShape', 'networkShape', 'networkSteps']);
  });

  it('may not turn it on and off at any rate, and must say which', () => {
    const { session, join } = joined();
    const { socket, say } = join();
    for (let count = 0; count < 30; count++) say({ type: 'watchNetwork', on: count % 2 === 0 });
    expect(JSON.parse(socket.sent.at(-1)!)).toMatchObject({ code: 'PROTOCOL_RATE', about: 'watchNetwork' });
    say({ type: 'watchNetwork' });
    expect(JSON.parse(socket.sent.at(-1)!)).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    expect(session.networkListeners.size).toBeLessThanOrEqual(1);
  });
});
