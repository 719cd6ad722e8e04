import { describe, expect, it } from 'vitest';
import type { ClientMessage, NetworkToken } from '../../../src/protocol/session-protocol.js';
import { lastAt, NetworkStore } from './network-store.js';
import { isForetold, moments } from './surprise.js';

const SHAPE = {
  type: 'networkShape',
  shape: { layers: [{ cell: 'lstm', units: 2 }], classes: 5 },
} as const;
const token = (position: number, time = position / 10, nats = 1): NetworkToken => ({
  ...{ position, time, nats, drawn: true },
  choices: [],
});
const steps = (positions: readonly number[], state?: number) =>
  ({
    type: 'networkSteps',
    steps: {
      tokens: positions.map((position) => token(position)),
      ...(state !== undefined && { state: { time: state / 10, position: state, h: 'f4E=', c: 'AH8=' } }),
      dropped: 0,
    },
  }) as const;

function made() {
  const sent: ClientMessage[] = [];
  const store = new NetworkStore((message) => sent.push(message) > 0);
  const positions = () => store.tokens.map(({ position }) => position);
  return { sent, store, positions };
}

describe('NetworkStore', () => {
  it('asks the host once, and again where the line was broken while it watched', () => {
    const { sent, store } = made();
    store.connected();
    expect(sent).toEqual([]);
    store.watch(true);
    store.watch(true);
    store.connected();
    store.watch(false);
    store.connected();
    expect(sent).toEqual([true, true, false].map((on) => ({ type: 'watchNetwork', on })));
  });

  it('keeps tokens and layers in order, and forgets what was taken back', () => {
    const { store, positions } = made();
    store.receive(SHAPE);
    store.receive(steps([1, 2, 3], 3));
    store.receive(steps([4, 5], 5));
    expect(store.columns.map(({ h, c }) => [Array.from(h), Array.from(c!)])).toEqual([
      [
        [127, -127],
        [0, 127],
      ],
      [
        [127, -127],
        [0, 127],
      ],
    ]);
    store.receive(steps([3, 4], 4));
    expect(positions()).toEqual([1, 2, 3, 4]);
    expect(store.columns.map(({ position }) => position)).toEqual([4]);
  });

  it('forgets what came after the time to which the player went back', () => {
    const { store, positions } = made();
    store.receive(SHAPE);
    store.receive(steps([1, 2, 3, 4], 4));
    const { version } = store;
    store.takeBack(0.3);
    expect([positions(), store.columns.length, store.version > version]).toEqual([[1, 2], 0, true]);
    store.takeBack(0);
    expect(positions()).toEqual([]);
  });

  it('keeps what another engine did, which counts its tokens from the beginning', () => {
    const { store, positions } = made();
    store.receive(SHAPE);
    store.receive(steps([1, 2, 3], 3));
    store.receive(SHAPE);
    store.receive(steps([1, 2], 2));
    expect(positions()).toEqual([1, 2, 3, 1, 2]);
    store.receive(steps([1]));
    expect(positions()).toEqual([1, 2, 3, 1]);
  });

  it('watches another member, and takes nothing of the one before for it', () => {
    const { sent, store, positions } = made();
    store.watch(true);
    store.receive(SHAPE);
    store.receive(steps([1, 2], 2));
    store.watchMember('drums');
    store.receive(steps([3]));
    store.receive({ ...steps([4]), member: 'drums' });
    expect([store.shape, positions()]).toEqual([null, []]);
    store.receive({ ...SHAPE, member: 'drums' });
    store.receive({ ...steps([5]), member: 'drums' });
    store.receive(SHAPE);
    expect(positions()).toEqual([5]);
    store.membersAre(['lead', 'drums']);
    expect(store.member).toBe('drums');
    store.membersAre(['lead', 'piano']);
    store.watch(false);
    expect(sent).toEqual([
      { type: 'watchNetwork', on: true },
      { type: 'watchNetwork', on: true, member: 'drums' },
      { type: 'watchNetwork', on: true },
      { type: 'watchNetwork', on: false },
    ]);
  });

  it('asks for a gate while it is shown, and keeps what it has of the same engine', () => {
    const { sent, store } = made();
    store.watch(true);
    store.receive(SHAPE);
    store.receive(steps([1], 1));
    const { engine } = store;
    store.showGate('f');
    store.receive(SHAPE);
    const withGate = steps([2], 2);
    const state = { ...withGate.steps.state!, gate: { name: 'f', values: 'QAA=' } } as const;
    store.receive({ ...withGate, steps: { ...withGate.steps, state } });
    expect(store.engine).toBe(engine);
    expect(store.columns.map(({ gate }) => gate && [gate.name, ...gate.values])).toEqual([
      null,
      ['f', 64, 0],
    ]);
    store.receive(SHAPE);
    expect(store.engine).toBe(engine + 1);
    store.showGate(undefined);
    expect(sent.slice(1)).toEqual([
      { type: 'watchNetwork', on: true, gate: 'f' },
      { type: 'watchNetwork', on: true },
    ]);
  });

  it('does not grow with time', () => {
    const { store } = made();
    store.receive(SHAPE);
    for (let position = 1; position < 20_000; position++) store.receive(steps([position], position));
    expect(store.tokens.length).toBeLessThan(9000);
    expect(store.columns.length).toBeLessThan(3400);
    expect(store.tokens.at(-1)!.position).toBe(19_999);
  });
});

it('the last of a list at a time is found', () => {
  const list = [1, 2, 2, 3].map((time) => ({ time }));
  expect([0.5, 1, 2, 2.9, 9].map((time) => lastAt(list, time))).toEqual([-1, 0, 2, 2, 3]);
  expect(lastAt([], 1)).toBe(-1);
});

it('a token of which the network foretells nothing is no surprise', () => {
  expect([token(1, 1, 8), token(2, 1, 98), token(3, 1, 99)].map(isForetold)).toEqual([true, true, false]);
});

it('tokens of one moment count as their mean', () => {
  const tokens = [token(1, 1, 2), token(2, 1.01, 4), token(3, 1.02, 6), token(4, 2, 1)];
  expect(moments(tokens.map((one) => ({ ...one, engine: 0 })))).toMatchObject([
    { time: 1, nats: 4 },
    { time: 2, nats: 1 },
  ]);
});
