import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FromTakeWorker, TakeLink, type TakeWorkerStart, type ToTakeWorker } from './take-link.js';

/** A thread whose end comes when a test says so, in the order that it says. */
interface FakeThread extends EventEmitter {
  readonly told: ToTakeWorker[];
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

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A take that is being written, and what was said of its failing. */
function begun() {
  const failures: (string | null)[] = [];
  const link = new TakeLink({} as TakeWorkerStart, (failure) => failures.push(failure));
  link.add([], [{ type: 'command', time: 1, command: { type: 'start' } }]);
  return { link, failures, thread: lastThread() };
}

describe('the thread that writes a take', () => {
  it('begins with what is played, and has what came before', () => {
    const link = new TakeLink({} as TakeWorkerStart, () => {});
    const before = { type: 'command', time: 0, command: { type: 'mode', mode: 'solo' } } as const;
    const start = { type: 'command', time: 1, command: { type: 'start' } } as const;
    link.add([], [before]);
    link.add([], [start]);
    expect(lastThread().told).toEqual(
      [before, start].map((one) => ({ type: 'add', events: [], records: [one] })),
    );
  });

  it('that was told to stop and is gone at once did not die', async () => {
    const { link, failures, thread } = begun();
    const closed = link.close('X:1');
    expect(thread.told.at(-1)).toEqual({ type: 'close', abc: 'X:1' });
    // The last words and the end come one after the other, and nothing runs between them.
    thread.emit('message', CLOSED);
    thread.emit('exit', 0);
    await closed;
    expect([failures, thread.terminated]).toEqual([[], true]);
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
    expect(thread.told.length).toBe(1);
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
});
