import { describe, expect, it } from 'vitest';
import type { SessionCommand } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import { Notations } from '../notation/notations.js';
import { UserSettings } from '../user-settings.js';
import { Inheritance } from './inheritance.js';
import { type Chosen, type Part, PlayingEngine } from './playing-engine.js';
import type { SessionHandle } from './session-handle.js';
import type { ToWorker } from './worker-protocol.js';

const NOTHING = {
  resumption: null,
  others: new Map(),
  codec: '',
  learnt: undefined,
  take: null,
  notations: new Notations(),
  hung: false,
};

const CHOSEN = {
  setup: {},
  plugin: { descriptor: { params: {} } },
  model: {},
  others: [],
} as unknown as Chosen;

/** An engine that stops when the test lets it, and records its messages. */
function engine() {
  const told: ToWorker[] = [];
  let end = (_could: boolean) => {};
  const ended = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  const one = {
    takeFolder: null,
    state: () => null,
    post: (message: ToWorker) => void told.push(message),
    begin: () => {},
    leave: () => new Inheritance(NOTHING),
    continues: () => false,
    stop: () => ended,
    close: async () => {},
  };
  const commands = () =>
    told.flatMap((message) => (message.type === 'command' ? [message.command.type] : []));
  return {
    engine: one as unknown as SessionHandle,
    part: { role: 'comes' } as Part,
    told,
    commands,
    end,
  };
}

function playing() {
  const events: SessionEvent[] = [];
  const settings = new UserSettings('solo');
  const nothing = () => {};
  const listener = {
    ...{ output: nothing, outputFailed: nothing, outputMissing: nothing, silence: nothing, changed: nothing },
    connect: async () => {},
    heldKeys: () => [],
    event: (event: SessionEvent) => void events.push(event),
  };
  const one = new PlayingEngine(settings, () => 1, listener, nothing);
  const command = (command: SessionCommand) => {
    // As a session does.
    settings.apply(command);
    if (one.listens) one.post({ type: 'command', command, time: 1 });
  };
  const take = (next: ReturnType<typeof engine>) => one.handOver(CHOSEN, next.engine, next.part);
  const phases = () => events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
  return { one, take, command, events, phases };
}

const PLAYS: SessionEvent = { type: 'phase', time: 1, phase: 'playing' };
const STOPPED: SessionEvent = { type: 'phase', time: 1, phase: 'stopped' };

/** The first engine plays and is about to hand over to the second. */
async function handing() {
  const it = playing();
  const [first, second] = [engine(), engine()];
  await it.take(first);
  it.command({ type: 'start' });
  it.one.listenerOf(first.part).event(PLAYS);
  const handed = it.take(second);
  await Promise.resolve();
  return { ...it, first, second, handed };
}

describe('while one engine takes the place of another', () => {
  it('a stop is told, though the one that leaves is not heard any more and the next one never began', async () => {
    const { one, command, phases, first, second, handed } = await handing();
    command({ type: 'stop' });
    one.listenerOf(first.part).event(STOPPED);
    expect(phases().at(-1)).toBe('playing');
    first.end(true);
    await handed;
    expect(phases().at(-1)).toBe('stopped');
    expect(one.rests).toBe(true);
    expect(second.commands()).toEqual([]);
  });

  it('what runs goes on, and what is said meanwhile reaches the next one in order', async () => {
    const { one, command, phases, first, second, handed } = await handing();
    command({ type: 'again' }); // meant for what just sounded
    for (const pitch of [60, 64])
      one.post({ type: 'input', event: { type: 'noteOn', time: 1, pitch, velocity: 9 } });
    one.listenerOf(first.part).event(STOPPED);
    first.end(true);
    await handed;
    expect(second.told.map(({ type }) => type)).toEqual(['command', 'input', 'input']);
    expect(second.commands()).toEqual(['start']);
    expect(first.commands()).toEqual(['start']);
    expect(phases()).toEqual(['stopped', 'playing']);
  });

  it('the notes of the one that leaves are ended for all who listen, and nothing is heard of it afterwards', async () => {
    const { one, take, events } = playing();
    const [first, second] = [engine(), engine()];
    await take(first);
    const handed = take(second);
    await Promise.resolve();
    const off = { type: 'noteOff', id: 7, time: 1 } as const;
    one.listenerOf(first.part).event(off);
    expect(events.at(-1)).toEqual(off);
    first.end(true);
    await handed;
    const before = events.length;
    one.listenerOf(first.part).event(off);
    expect(events.length).toBe(before);
  });
});
