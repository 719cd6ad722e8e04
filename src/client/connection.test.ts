import { describe, expect, it } from 'vitest';
import { type ClientMessage, type ServerMessage, serverMessage } from '../protocol/session-protocol.js';
import { Connection } from './connection.js';
import type { Socket, Target } from './surroundings.js';

/** An in-memory socket that the test opens, sends through and breaks. */
class Line extends EventTarget {
  readyState = 0;
  readonly sent: { type: string; id?: number }[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  say(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
  break(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

function started() {
  const lines: Line[] = [];
  const targets: Target[] = [];
  const timers: { due: number; call: () => void }[] = [];
  const heard: ServerMessage[] = [];
  const pongs: [number, number, number][] = [];
  const unreadable: unknown[] = [];
  const world = {
    now: 0,
    losses: 0,
    ends: 0,
    lines,
    targets,
    heard,
    pongs,
    unreadable,
    /** Advances the time and runs due timers in order. */
    wait(seconds: number) {
      const until = world.now + seconds;
      for (;;) {
        timers.sort((a, b) => a.due - b.due);
        if (timers.length === 0 || timers[0]!.due > until) break;
        const { due, call } = timers.shift()!;
        world.now = due;
        call();
      }
      world.now = until;
    },
  };
  const connection = new Connection<ServerMessage, ClientMessage>(
    { version: 2, fromHost: serverMessage, welcome: 'welcome', gone: 4404, moved: 4410 },
    {
      connect(target) {
        targets.push(target);
        const line = new Line();
        lines.push(line);
        return line as unknown as Socket;
      },
      now: () => world.now,
      after(delay, call) {
        const timer = { due: world.now + delay, call };
        timers.push(timer);
        return () => {
          const index = timers.indexOf(timer);
          if (index >= 0) timers.splice(index, 1);
        };
      },
    },
    {
      message: (message) => heard.push(message),
      lost: () => {
        world.losses++;
      },
      ended: () => {
        world.ends++;
      },
      pong: (...pong) => pongs.push(pong),
      unreadable: (error) => unreadable.push(error),
    },
  );
  connection.open();
  return { world, connection };
}

describe('Connection', () => {
  it('says hello first, then asks for the clock, quickly and then slowly', () => {
    const { world } = started();
    world.lines[0]!.open();
    world.wait(0.9);
    expect(world.lines[0]!.sent[0]).toEqual({ type: 'hello', version: 2 });
    expect(world.lines[0]!.sent.slice(1).map(({ type }) => type)).toEqual(Array(7).fill('ping'));
  });

  it('tells when a ping left and its pong came', () => {
    const { world } = started();
    world.lines[0]!.open();
    world.now = 0.05;
    world.lines[0]!.say({ type: 'pong', id: 0, time: 42 });
    world.lines[0]!.say({ type: 'pong', id: 77, time: 42 });
    expect(world.pongs).toEqual([[0, 0.05, 42]]);
  });

  it('comes back after ever longer waits, five seconds at most', () => {
    const { world } = started();
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      const lost = world.now;
      world.lines.at(-1)!.break();
      const before = world.lines.length;
      while (world.lines.length === before) world.wait(0.125);
      waits.push(world.now - lost);
    }
    expect(waits).toEqual([0.25, 0.5, 1, 2, 4, 5, 5]);
    expect(world.losses).toBe(7);
  });

  it('gives up a line that does not open, and tries another', () => {
    const { world } = started();
    world.wait(5.25);
    expect([world.losses, world.lines.length, world.lines[0]!.readyState]).toEqual([1, 2, 3]);
    world.lines[1]!.open();
    world.wait(5.5);
    expect(world.lines.length).toBe(2);
  });

  it('tries again at once when it is told to, and never twice at a time', () => {
    const { world, connection } = started();
    connection.retry();
    expect(world.lines.length).toBe(1);
    for (let i = 0; i < 3; i++) {
      world.lines.at(-1)!.break();
      connection.retry();
      connection.retry();
      expect(world.lines.length).toBe(2 + i);
    }
    world.lines.at(-1)!.open();
    world.wait(4);
    expect(world.lines.length).toBe(4);
  });

  it('takes a host that has fallen silent for lost', () => {
    const { world } = started();
    world.lines[0]!.open();
    world.wait(10);
    expect(world.losses).toBe(1);
    expect(world.lines.length).toBe(2);
  });

  it('sends nothing while the line is down, and says so', () => {
    const { world, connection } = started();
    expect(connection.send({ type: 'command', command: { type: 'start' } })).toBe(false);
    world.lines[0]!.open();
    expect(connection.send({ type: 'command', command: { type: 'start' } })).toBe(true);
  });

  it('passes over what it does not understand, and says so', () => {
    const { world } = started();
    const [line] = world.lines;
    line!.open();
    line!.say({ type: 'weather', event: 'rain' });
    line!.dispatchEvent(new MessageEvent('message', { data: 'no JSON' }));
    line!.say({ type: 'event', event: { type: 'discard', time: 1, why: 'news' } });
    expect(world.heard).toEqual([{ type: 'event', event: { type: 'discard', time: 1 } }]);
    expect(world.unreadable).toHaveLength(2);
  });

  it('tries no more where what it was connected to is gone, until it is told to', () => {
    const { world, connection } = started();
    world.lines[0]!.open();
    world.lines[0]!.break(4404);
    world.wait(60);
    expect([world.lines.length, world.losses, world.ends]).toEqual([1, 0, 1]);
    connection.retry();
    expect(world.lines.length).toBe(2);
  });

  const WELCOME = {
    ...{ type: 'welcome', version: 2, history: [], composers: [] },
    description: {
      ...{ time: 0, phase: 'waiting', mode: 'answer', plugin: { id: 'p', name: 'P' } },
      ...{ model: { id: 'm', name: 'M' }, plugins: [], models: [], params: { plugin: {}, session: {} } },
      values: {},
      ports: { inputs: [], outputs: [], input: null, output: null, unavailable: null },
    },
  };
  const B = 'http://b:1';
  const C = 'http://c:1';

  it('follows a session at once that went to another host, by the same address', () => {
    const { world } = started();
    world.lines[0]!.open();
    world.lines[0]!.say(WELCOME);
    world.lines[0]!.break(4410);
    world.wait(0);
    expect([world.lines.length, world.targets[1], world.losses]).toEqual([2, {}, 1]);
    // Where nobody has it yet it is tried again and again: often for as long as another host may need for it, then each second at the latest.
    const waits: number[] = [];
    for (let i = 0; i < 30; i++) {
      const [lost, before] = [world.now, world.lines.length];
      world.lines.at(-1)!.break(4410);
      while (world.lines.length === before) world.wait(1 / 128);
      waits.push(Number((world.now - lost).toFixed(1)));
    }
    expect([new Set(waits.slice(0, 25)), waits.slice(25)]).toEqual([new Set([0.1]), [0.2, 0.4, 0.8, 1, 1]]);
  });

  it('tries the other hosts of the cluster within a second, with the token and the session that it was told', () => {
    const { world, connection } = started();
    world.lines[0]!.open();
    connection.clusterIs([B, C], { token: 'word', session: 'abcdefgh' });
    world.lines[0]!.say(WELCOME);
    const known = { token: 'word', session: 'abcdefgh' };
    world.lines[0]!.break();
    const lost = world.now;
    world.wait(0);
    for (let tries = 0; tries < 2; tries++) {
      world.lines.at(-1)!.break();
      world.wait(0.1);
    }
    expect(world.targets.slice(1, 4)).toEqual([known, { ...known, host: B }, { ...known, host: C }]);
    expect(world.now - lost).toBeLessThan(1);
    // It stays where it was taken in, and begins there the next time.
    world.lines[3]!.open();
    world.lines[3]!.say(WELCOME);
    world.lines[3]!.break();
    world.wait(0);
    world.lines[4]!.break();
    world.wait(0.1);
    expect(world.targets.slice(4, 6)).toEqual([{ ...known, host: C }, known]);
  });

  it('gives up a host sooner that does not answer where others may', () => {
    const { world, connection } = started();
    world.lines[0]!.open();
    connection.clusterIs([B, C], {});
    world.lines[0]!.say(WELCOME);
    world.lines[0]!.break();
    world.wait(0.95);
    expect(world.targets.slice(1)).toEqual([{}, { host: B }]);
  });

  it('tries no more once it is closed, whatever was pending', () => {
    for (const until of ['opening', 'open', 'waiting']) {
      const { world, connection } = started();
      const [line] = world.lines;
      if (until !== 'opening') line!.open();
      if (until === 'waiting') line!.break();
      connection.close();
      connection.retry();
      line!.break();
      world.wait(60);
      expect([until, world.lines.length, line!.readyState]).toEqual([until, 1, 3]);
      expect(world.losses).toBe(until === 'waiting' ? 1 : 0);
    }
  });

  it('does not listen to a line that it has given up', () => {
    const { world } = started();
    const [first] = world.lines;
    first!.open();
    first!.break();
    world.wait(1);
    first!.say({ type: 'event', event: { type: 'discard', time: 1 } });
    first!.break();
    expect([world.heard, world.losses]).toEqual([[], 1]);
  });
});
