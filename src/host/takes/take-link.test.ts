import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SavedState } from '../states/saved-state.js';
import { TakeLink } from './take-link.js';
import type { FromTakeWorker, TakeMessage, TakeStart, ToTakeWorker } from './take-protocol.js';
import { TakeThread } from './take-thread.js';

/** A thread whose end comes when a test says so, in the order that it says. */
interface FakeThread extends EventEmitter {
  readonly told: TakeMessage<ToTakeWorker>[];
  terminated: boolean;
}

const threads = vi.hoisted(() => [] as unknown[]);
vi.mock('node:worker_threads', async (original) => {
  const { EventEmitter } = await import('node:events');
  class Worker extends EventEmitter {
    told: unknown[] = [];
    terminated = false;
    constructor() {
      super();
      threads.push(this);
    }
    postMessage(told: unknown): void {
      this.told.push(told);
    }
    async terminate(): Promise<void> {
      this.terminated = true;
    }
  }
  return { ...(await original<typeof import('node:worker_threads')>()), Worker };
});
const lastThread = () => threads.at(-1) as FakeThread;
const CLOSED: FromTakeWorker = { type: 'closed' };
const START = {} as TakeStart;
const PLAY = { type: 'command', time: 1, command: { type: 'start' } } as const;
const OPEN = { type: 'open', start: START };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A take that is being written, and what was said of its failing. */
function begun(takes = new TakeThread()) {
  const failures: (string | null)[] = [];
  const link = new TakeLink(takes, START, (failure) => failures.push(failure));
  link.add([], [PLAY]);
  return { link, failures, thread: lastThread(), takes };
}

describe('the thread that writes a take', () => {
  it('begins with what is played, and has what came before', () => {
    const link = new TakeLink(new TakeThread(), START, () => {});
    const before = { type: 'command', time: 0, command: { type: 'mode', mode: 'solo' } } as const;
    link.add([], [before]);
    link.add([], [PLAY]);
    const added = [before, PLAY].map((one) => ({ type: 'add', events: [], records: [one] }));
    expect(lastThread().told).toEqual([OPEN, ...added].map((told) => ({ take: 0, told })));
  });

  it('has how the session stood before that, as it stood last', () => {
    const link = new TakeLink(new TakeThread(), START, () => {});
    const [one, two] = [{ time: 0 }, { time: 1 }] as SavedState[];
    link.stands(one!, 0);
    link.stands(two!, 0);
    link.add([], [PLAY]);
    const told = [
      OPEN,
      { type: 'stands', state: two, since: 0 },
      { type: 'add', events: [], records: [PLAY] },
    ];
    expect(lastThread().told).toEqual(told.map((one) => ({ take: 0, told: one })));
  });

  it('says once that it has a folder', () => {
    const heard: (string | null)[] = [];
    const link: TakeLink = new TakeLink(
      new TakeThread(),
      START,
      () => {},
      () => heard.push(link.folder),
    );
    link.add([], [PLAY]);
    expect(heard).toEqual([]);
    const said = { type: 'state', state: { folder: '/takes/one', failure: null } };
    for (let times = 0; times < 2; times++) lastThread().emit('message', { take: 0, told: said });
    expect(heard).toEqual(['/takes/one']);
  });

  it('that was told to stop and is gone at once did not die', async () => {
    const { link, failures, thread } = begun();
    const closed = link.close({ 'tune.abc': 'X:1' });
    expect(thread.told.at(-1)).toEqual({ take: 0, told: { type: 'close', books: { 'tune.abc': 'X:1' } } });
    // The last words and the end come one after the other, and nothing runs between them.
    thread.emit('message', { take: 0, told: CLOSED });
    thread.emit('exit', 0);
    await closed;
    expect(failures).toEqual([]);
  });

  it('that dies is said, once, and nobody waits for it', async () => {
    const { link, failures, thread } = begun();
    thread.emit('error', new Error('out of memory'));
    thread.emit('exit', 1);
    expect(failures).toEqual([
      'The thread that writes takes died: out of memory. Choose a model to begin another take.',
    ]);
    await link.close();
    link.add([], [{ type: 'zero' }]);
    expect(thread.told.length).toBe(2);
  });

  it('that dies while it ends is said too', async () => {
    const { link, failures, thread } = begun();
    const closed = link.close();
    thread.emit('exit', 1);
    await closed;
    expect(failures).toEqual([expect.stringContaining('it stopped')]);
  });

  it('that does not end is left after a while', async () => {
    const { link, thread } = begun();
    const closed = link.close();
    await vi.advanceTimersByTimeAsync(2999);
    expect(thread.terminated).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    expect(thread.terminated).toBe(true);
  });

  it('writes several takes, and ends with the last of them', async () => {
    const one = begun();
    const other = begun(one.takes);
    expect(other.thread).toBe(one.thread);
    const close = async ({ link, thread }: typeof one, take: number) => {
      const closed = link.close();
      thread.emit('message', { take, told: CLOSED });
      await closed;
    };
    await close(one, 0);
    expect(one.thread.terminated).toBe(false);
    await close(other, 1);
    expect(one.thread.terminated).toBe(true);
    expect(begun(one.takes).thread).not.toBe(one.thread);
  });

  it('says of each take what befalls it: one that fails, or all', () => {
    const one = begun();
    const other = begun(one.takes);
    one.thread.emit('message', { take: 0, told: { type: 'failed', message: 'a defect' } });
    expect([one.failures.length, other.failures.length]).toEqual([1, 0]);
    one.thread.emit('error', new Error('out of memory'));
    expect([one.failures, other.failures]).toEqual([
      [expect.stringContaining('a defect')],
      [expect.stringContaining('out of memory')],
    ]);
  });
});
