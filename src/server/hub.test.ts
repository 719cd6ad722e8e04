import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { Hub } from './hub.js';
import { MemoryPieces } from './testing/memory-pieces.js';
import { MemorySession } from './testing/memory-session.js';

/** The parts of a `ws` socket that the hub uses, without a network. */
class Socket extends EventEmitter {
  bufferedAmount = 0;
  readonly sent: string[] = [];
  pings = 0;
  ended = '';
  paused = false;
  send(text: string): void {
    this.sent.push(text);
  }
  ping(): void {
    this.pings++;
  }
  close(code: number): void {
    this.ended = String(code);
  }
  terminate(): void {
    this.ended = 'terminated';
  }
  pause(): void {
    this.paused = true;
  }
}

function joined(session = new MemorySession(), defects: unknown[] = []) {
  const hub = new Hub(session, new MemoryPieces(), (error) => void defects.push(error));
  const socket = new Socket();
  const wire = { bytesRead: 0 };
  hub.join(socket as unknown as WebSocket, { wire });
  const say = (message: object) => socket.emit('message', Buffer.from(JSON.stringify(message)), false);
  return { session, hub, socket, wire, say };
}

describe('Hub', () => {
  it('gives who comes late the last page of the music, and earlier ones when asked, at a bounded rate', () => {
    const { session, socket, say } = joined();
    for (let id = 0; id < 2500; id++) {
      session.emit({ type: 'noteOn', id, voice: 'player', time: id / 10, pitch: 60, velocity: 80 });
      session.emit({ type: 'noteOff', id, time: id / 10 + 0.05 });
    }
    say({ type: 'hello', version: 2 });
    const said = () => JSON.parse(socket.sent.at(-1)!);
    const notes = (events: { type: string }[]) => events.filter(({ type }) => type === 'noteOn').length;
    const welcome = said();
    expect([notes(welcome.history), welcome.historyFrom]).toEqual([1000, 150]);
    say({ type: 'earlier', before: 150 });
    expect([said().type, said().before, said().from, notes(said().events)]).toEqual([
      'earlier',
      150,
      50,
      1000,
    ]);
    say({ type: 'earlier', before: 50 });
    expect([said().from, notes(said().events)]).toEqual([undefined, 500]);
    for (let count = 0; count < 30; count++) say({ type: 'earlier', before: 50 });
    expect(said()).toMatchObject({ type: 'error', code: 'PROTOCOL_RATE', about: 'earlier' });
    say({ type: 'earlier', before: 'now' });
    expect(said()).toMatchObject({ type: 'error', code: 'PROTOCOL_MESSAGE' });
  });

  it('tells the music anew where something comes back, once for all members of a band', async () => {
    const { session, socket, say } = joined();
    say({ type: 'hello', version: 2 });
    const note = { type: 'noteOn', id: 1, voice: 'player', time: 1, pitch: 60, velocity: 80 } as const;
    session.emit(note);
    session.emit({ type: 'noteOff', id: 1, time: 2 });
    session.emit({ type: 'kept', time: 3, id: 'a' });
    session.emit({ type: 'takenBack', time: 0 });
    session.emit({ type: 'restored', time: 3, id: 'a' });
    session.emit({ type: 'restored', time: 3, id: 'a', member: 'drums' });
    await new Promise(setImmediate);
    const told = socket.sent.map((text) => JSON.parse(text)).filter(({ type }) => type === 'music');
    expect(told).toEqual([{ type: 'music', history: [note, { type: 'noteOff', id: 1, time: 2 }] }]);
  });

  it('drops who does not answer between two ticks, and keeps who does', () => {
    const { hub, socket, say } = joined();
    say({ type: 'hello', version: 2 });
    hub.tick();
    socket.emit('pong');
    hub.tick();
    expect([hub.size, socket.pings]).toEqual([1, 2]);
    hub.tick();
    expect([hub.size, socket.ended]).toEqual([0, 'terminated']);
  });

  it('drops who never says hello', () => {
    const { hub, socket } = joined();
    hub.sweep();
    expect(hub.size).toBe(1);
    hub.sweep();
    expect([hub.size, socket.ended]).toEqual([0, 'terminated']);
  });

  it('keeps who said hello, and cuts off who does not answer a goodbye', () => {
    const { hub, socket, say } = joined();
    say({ type: 'hello', version: 2 });
    for (let i = 0; i < 5; i++) hub.sweep();
    expect(hub.size).toBe(1);
    for (let i = 0; i < 60; i++) socket.emit('message', Buffer.from('{'), false);
    expect([hub.size, socket.ended]).toEqual([0, '1008']);
    hub.sweep();
    expect(socket.ended).toBe('terminated');
  });

  it('lets go of who floods it with frames that are no messages, or with more bytes than any panel sends', () => {
    for (const flood of ['ping', 'pong']) {
      const { hub, socket, say } = joined();
      say({ type: 'hello', version: 2 });
      for (let i = 0; i < 2001; i++) socket.emit(flood, Buffer.alloc(0));
      expect([hub.size, socket.ended, socket.paused]).toEqual([0, '1008', true]);
    }
    const { hub, socket, wire, say } = joined();
    say({ type: 'hello', version: 2 });
    wire.bytesRead = 2 ** 22;
    hub.sweep();
    expect(hub.size).toBe(1);
    wire.bytesRead += 2 ** 22 + 1;
    hub.sweep();
    expect([hub.size, socket.ended, socket.paused]).toEqual([0, '1008', true]);
  });

  it('forgives who could not be heard while the process was stopped', () => {
    const { hub, session, say } = joined();
    say({ type: 'hello', version: 2 });
    hub.tick();
    session.time = 600;
    hub.tick();
    expect(hub.size).toBe(1);
    session.time = 605;
    hub.tick();
    expect(hub.size).toBe(0);
  });

  it('tells of devices that come and go, once', () => {
    const { hub, session, socket, say } = joined();
    say({ type: 'hello', version: 2 });
    hub.tick();
    socket.emit('pong');
    expect(socket.sent).toHaveLength(1);
    session.description = {
      ...session.description,
      ports: { ...session.description.ports, inputs: ['Keys', 'New keys'] },
    };
    hub.tick();
    socket.emit('pong');
    hub.tick();
    expect(socket.sent.slice(1).map((text) => JSON.parse(text).ports.inputs)).toEqual([['Keys', 'New keys']]);
  });

  it('tells of a change once, however many asked for it', async () => {
    const { hub, socket, say } = joined();
    say({ type: 'hello', version: 2 });
    for (let asked = 0; asked < 100; asked++) hub.sessionChanged();
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.sent.map((text) => JSON.parse(text).type)).toEqual(['welcome', 'welcome']);
  });

  it('looks at nothing but the ports at each tick, and a failure of theirs is reported, not thrown', () => {
    const defects: unknown[] = [];
    const { hub, session, socket, say } = joined(new MemorySession(), defects);
    say({ type: 'hello', version: 2 });
    const gone = new Error('gone');
    session.describe = () => {
      throw new Error('the whole picture was asked for');
    };
    hub.tick();
    expect(defects).toEqual([]);
    socket.emit('pong');
    session.ports = () => {
      throw gone;
    };
    hub.tick();
    expect(defects).toEqual([gone]);
  });

  it('drops who reads too slowly, and lets go of its keys', () => {
    const { session, hub, socket, say } = joined();
    say({ type: 'hello', version: 2 });
    say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 1 } });
    socket.bufferedAmount = 2_000_000;
    session.emit({ type: 'discard', time: 0 });
    expect([hub.size, socket.ended]).toEqual([0, 'terminated']);
    expect(session.played.at(-1)).toEqual({ type: 'noteOff', pitch: 60 });
  });

  it('holds the session while a piece is played at any panel: until the last is over, gone, or has been for too long', () => {
    const { session, hub, socket, say } = joined();
    const other = new Socket();
    hub.join(other as unknown as WebSocket);
    const sayThere = (message: object) => other.emit('message', Buffer.from(JSON.stringify(message)), false);
    for (const tell of [say, sayThere]) tell({ type: 'hello', version: 2 });
    say({ type: 'piecePlays', seconds: 0 });
    expect(session.holds).toEqual([]);
    say({ type: 'piecePlays', seconds: 60 });
    sayThere({ type: 'piecePlays', seconds: 60 });
    say({ type: 'piecePlays', seconds: 0 });
    expect(session.holds).toEqual([true, true]);
    other.emit('close');
    expect(session.holds).toEqual([true, true, false]);
    say({ type: 'piecePlays', seconds: 60 });
    session.time = 59;
    hub.sweep();
    session.time = 60;
    hub.sweep();
    hub.sweep();
    expect(session.holds.slice(3)).toEqual([true, false]);
    for (const seconds of [-1, 1e9, 'long']) say({ type: 'piecePlays', seconds });
    expect(JSON.parse(socket.sent.at(-1)!)).toMatchObject({ type: 'error', code: 'PROTOCOL_MESSAGE' });
    expect(session.holds.length).toBe(5);
  });

  it('hears nothing of the session once it is closed', () => {
    const { session, hub, socket, say } = joined();
    say({ type: 'hello', version: 2 });
    hub.close();
    session.emit({ type: 'discard', time: 0 });
    expect(socket.sent).toHaveLength(1);
    expect(socket.ended).toBe('1001');
  });
});
