import { describe, expect, it } from 'vitest';
import { ChangeQueue } from './change-queue.js';

/** Changes that the test completes, and that throw when they are aborted. */
function changes() {
  const begun: string[] = [];
  const made: string[] = [];
  let under = 0;
  const ends = new Map<string, (error?: Error) => void>();
  const make = async (target: string, signal: AbortSignal) => {
    expect(++under).toBe(1);
    begun.push(target);
    try {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        ends.set(target, (error) => (error ? reject(error) : resolve()));
      });
      made.push(target);
    } finally {
      under--;
    }
  };
  const queue = new ChangeQueue<string>(make, (one, other) => one === other);
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { queue, begun, made, ends, turn };
}

describe('a queue of changes', () => {
  it('makes one that is asked for', async () => {
    const { queue, made, ends, turn } = changes();
    const done = queue.ask('folk');
    expect(queue.busy).toBe(true);
    await turn();
    ends.get('folk')!();
    await done;
    expect([made, queue.busy]).toEqual([['folk'], false]);
  });

  it('makes the last of two that are asked for back to back, and both hear of it', async () => {
    const { queue, begun, made, ends, turn } = changes();
    const both = Promise.all([queue.ask('folk'), queue.ask('piano')]);
    await turn();
    ends.get('piano')!();
    await both;
    expect([begun, made]).toEqual([['piano'], ['piano']]);
  });

  it('gives up the one under way for a newer one, and passes over those between', async () => {
    const { queue, begun, made, ends, turn } = changes();
    const asked = [queue.ask('a')];
    await turn();
    asked.push(...['b', 'c', 'd'].map((target) => queue.ask(target)));
    await turn();
    ends.get('d')!();
    await Promise.all(asked);
    expect([begun, made]).toEqual([['a', 'd'], ['d']]);
  });

  it('cancels what is under way, whose callers hear why, and goes on with what is asked for then', async () => {
    const { queue, made, ends, turn } = changes();
    expect(queue.cancel(new Error('nothing'))).toBe(false);
    const a = queue.ask('a');
    await turn();
    expect(queue.cancel(new Error('enough'))).toBe(true);
    await expect(a).rejects.toThrow('enough');
    expect([made, queue.busy]).toEqual([[], false]);
    // Cancelled before it began, and asked for again at once.
    const [b, c] = [queue.ask('b'), queue.ask('c')];
    queue.cancel(new Error('enough'));
    const d = queue.ask('d');
    await turn();
    ends.get('d')!();
    await Promise.all([b, c, d]);
    expect(made).toEqual(['d']);
  });

  it('does not begin anew what is being made, and makes it again where something else was asked for between', async () => {
    const { queue, begun, made, ends, turn } = changes();
    const asked = [queue.ask('folk')];
    await turn();
    asked.push(queue.ask('folk'), queue.ask('folk'));
    await turn();
    ends.get('folk')!();
    await Promise.all(asked);
    expect([begun, made]).toEqual([['folk'], ['folk']]);
    const more = ['folk', 'piano', 'folk'].map((target) => queue.ask(target));
    await turn();
    ends.get('folk')!();
    await Promise.all(more);
    expect(made).toEqual(['folk', 'folk']);
  });

  it('says how the newest failed, to all, and is ready for another', async () => {
    const { queue, made, ends, turn } = changes();
    const [first, second] = [queue.ask('folk'), queue.ask('nowhere')];
    await turn();
    const failure = new Error('there is no such model');
    ends.get('nowhere')!(failure);
    await expect(first).rejects.toBe(failure);
    await expect(second).rejects.toBe(failure);
    const third = queue.ask('piano');
    await turn();
    ends.get('piano')!();
    await third;
    expect(made).toEqual(['piano']);
  });

  it('ends with the newest though an older one could not be given up any more', async () => {
    const order: string[] = [];
    const queue = new ChangeQueue<string>(async (target) => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      order.push(target);
    });
    const first = queue.ask('a');
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([first, queue.ask('b')]);
    expect(order).toEqual(['a', 'b']);
  });

  it('gives everything up when it is closed, and takes no more', async () => {
    const { queue, made, turn } = changes();
    const asked = queue.ask('folk');
    asked.catch(() => undefined);
    await turn();
    await queue.close();
    await expect(asked).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    await expect(queue.ask('piano')).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    expect(made).toEqual([]);
  });
});
