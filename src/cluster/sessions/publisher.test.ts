import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContinuoError } from '../../errors.js';
import type { SavedState } from '../../host/states/saved-state.js';
import type { TakeRecord } from '../../session/take.js';
import { unpackRecords, unpackState } from './handed-form.js';
import { Publisher, REST_MS, TAIL_MS, TAIL_MUSIC } from './publisher.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A state that says after how many records it stands. */
const stateAfter = (records: number): SavedState => ({
  ...{ date: '2026-01-01', time: records, members: [member] },
  setup: { plugin: 'piano', model: 'small', engine: 'reference', precision: 'int8', seed: 1 },
});
const member = {
  ...{ id: 'lead', mode: 'answer', values: {}, pluginVersion: '1', modelHash: 'f', codec: 'c' },
  resumption: {
    checkpoint: { time: 0, length: 1, branch: 0, stream: null, state: null, logits: new Float32Array(2) },
    ...{ branch: 0, tokens: Int32Array.of(0) },
  },
} as unknown as SavedState['members'][number];

/** Goes back to a moment when the turn is over. */
const waitsToRecall = (records: number): SavedState => {
  const { resumption } = member;
  const checkpoint = { ...resumption.checkpoint, turn: { recallsNext: 'a' } as never };
  return { ...stateAfter(records), members: [{ ...member, resumption: { ...resumption, checkpoint } }] };
};

const recordAt = (time: number): TakeRecord => ({ type: 'clock', time });

/** A broker of one session, that can be away, and forgets what it was told before. */
function brokerOf() {
  let state: Uint8Array | null = null;
  let tail: Uint8Array[] = [];
  const broker = {
    is: 'there' as 'there' | 'away' | 'fenced' | 'gap' | 'late',
    kept: 0,
    appended: 0,
    async keep(_id: string, _fence: number, bytes: Uint8Array) {
      broker.refuse();
      if (broker.is === 'late') throw new ContinuoError('CLUSTER_UNREACHABLE', 'late');
      broker.kept++;
      [state, tail] = [bytes, []];
    },
    async append(_id: string, _fence: number, bytes: Uint8Array) {
      broker.refuse();
      if (broker.is === 'gap') return 'gap' as const;
      broker.appended++;
      tail.push(bytes);
      return 'added' as const;
    },
    refuse() {
      if (broker.is === 'away') throw new ContinuoError('CLUSTER_UNREACHABLE', 'away');
      if (broker.is === 'fenced') throw new ContinuoError('CLUSTER_FENCED', 'fenced');
    },
    /** After how many records the session stands that somebody reads there now. */
    async stands() {
      if (state === null) return null;
      const from = (await unpackState(state, 'a')).time;
      const records = unpackRecords(tail, 'a').map((record) => ('time' in record ? record.time : -1));
      expect(records).toEqual(records.map((_, index) => from + index));
      return from + records.length;
    },
  };
  return broker;
}

function published() {
  const broker = brokerOf();
  const heard = { fenced: 0, failed: [] as unknown[] };
  let [now, rests, count] = [0, false, 0];
  const publisher = new Publisher({
    ...{ broker, id: 'a', fence: 1, rests: () => rests, now: () => now },
    fenced: () => void heard.fenced++,
    failed: (error) => void heard.failed.push(error),
  });
  return {
    ...{ broker, heard, publisher },
    plays: (records: number) => {
      publisher.add(Array.from({ length: records }, () => recordAt(count++)));
    },
    /** `behind`: it says so only after that many records more. */
    stands: ({ behind = 0, anew = false } = {}) => {
      const since = Array.from({ length: behind }, (_, index) => recordAt(count - behind + index));
      publisher.stands(stateAfter(count - behind), since, anew);
    },
    rest: () => {
      rests = true;
    },
    later: (milliseconds: number) => {
      now += milliseconds;
    },
    count: () => count,
    /** Everything that was begun is done. */
    settle: async () => {
      for (let turn = 0; turn < 3; turn++) {
        await vi.advanceTimersByTimeAsync(TAIL_MS);
        await new Promise((resolve) => setImmediate(resolve));
        await expect.poll(() => publisher.isIdle).toBe(true);
      }
    },
  };
}

describe('a session that is published', () => {
  it('can be read at any time as it stood at most 100 ms before', async () => {
    const { broker, plays, stands, settle, count } = published();
    stands();
    await settle();
    expect(await broker.stands()).toBe(0);
    for (let turn = 0; turn < 20; turn++) {
      plays(3);
      if (turn % 4 === 0) stands();
      await settle();
      expect(await broker.stands()).toBe(count());
    }
  });

  it('sends what happens together, and a state seldom: at a rest, or after much music', async () => {
    const { broker, plays, stands, rest, later, settle } = published();
    stands();
    await settle();
    for (let turn = 0; turn < TAIL_MUSIC - 2; turn++) {
      plays(1);
      stands();
    }
    await settle();
    expect([broker.kept, broker.appended]).toEqual([1, 1]);
    plays(4);
    stands();
    await settle();
    expect(broker.kept).toBe(2);
    rest();
    later(REST_MS - 1);
    stands();
    await settle();
    expect(broker.kept).toBe(2);
    later(1);
    stands();
    await settle();
    expect(broker.kept).toBe(3);
  });

  it('catches up with a state and all that came since once the broker is back, or has a gap', async () => {
    for (const trouble of ['away', 'gap'] as const) {
      const { broker, plays, stands, settle, count, publisher } = published();
      stands();
      plays(2);
      await settle();
      broker.is = trouble;
      plays(5);
      await settle();
      stands();
      plays(5);
      broker.is = 'there';
      publisher.again();
      await settle();
      expect(await broker.stands()).toBe(count());
    }
  });

  it('sends what came while a state was being encoded after it', async () => {
    const { broker, plays, stands, settle, count } = published();
    stands();
    plays(2);
    // Its encoding has begun, and has not ended.
    plays(2);
    await settle();
    expect(await broker.stands()).toBe(count());
    expect(broker.kept).toBe(1);
  });

  it('tells nothing twice that had happened before it was said how the session stood', async () => {
    const { broker, plays, stands, settle, count } = published();
    stands({ anew: true });
    for (let turn = 0; turn < 30; turn++) {
      plays(3);
      if (turn % 5 === 0) await settle();
      stands({ behind: turn % 3 });
      plays(1);
    }
    await settle();
    expect(await broker.stands()).toBe(count());
  });

  it('publishes nothing that goes back to a moment, and at once how it stands after that', async () => {
    for (const encodes of [true, false]) {
      const { broker, plays, stands, settle, count, publisher } = published();
      stands();
      plays(3);
      await settle();
      const before = count();
      // A state is being encoded when it happens, or is not.
      if (encodes) publisher.again();
      const recall: TakeRecord = { type: 'command', time: before, command: { type: 'recall', id: 'a' } };
      publisher.add([recall]);
      publisher.stands(stateAfter(before), [recall], false);
      await settle();
      expect(await broker.stands()).toBe(before);
      publisher.stands(waitsToRecall(before), [], false);
      await settle();
      expect(await broker.stands()).toBe(before);
      const { kept } = broker;
      plays(4);
      stands();
      plays(2);
      await settle();
      expect([await broker.stands(), broker.kept]).toEqual([count(), kept + 1]);
      expect(count()).toBe(before + 6);
    }
  });

  it('begins anew where another engine plays, also while a state is being encoded', async () => {
    const { broker, plays, stands, settle, count, publisher } = published();
    stands({ anew: true });
    plays(4);
    for (const waits of [true, false]) {
      if (waits) await settle();
      else publisher.again();
      // The engine that did the same again tells the last two records once more.
      stands({ behind: 2, anew: true });
      plays(3);
      await settle();
      expect(await broker.stands()).toBe(count());
    }
  });

  it('adds nothing to a tail whose state did not come', async () => {
    const { broker, plays, stands, settle, count, publisher } = published();
    stands();
    plays(2);
    await settle();
    broker.is = 'late';
    publisher.again();
    await settle();
    broker.is = 'there';
    publisher.again();
    plays(2);
    await settle();
    expect(await broker.stands()).toBe(count());
  });

  it('ends at once where it is fenced off, and says so once', async () => {
    const { broker, heard, plays, stands, settle } = published();
    stands();
    await settle();
    broker.is = 'fenced';
    plays(1);
    await settle();
    broker.is = 'there';
    plays(1);
    stands();
    await settle();
    expect([heard.fenced, broker.kept, broker.appended]).toEqual([1, 1, 0]);
  });

  it('tells all that it has before it is given up', async () => {
    const { broker, plays, stands, publisher, count } = published();
    stands();
    plays(7);
    await publisher.finish();
    expect(await broker.stands()).toBe(count());
    plays(1);
    await publisher.finish();
    expect(await broker.stands()).toBe(7);
  });
});
