import { describe, expect, it } from 'vitest';
import { MemoryBound } from './memory-bound.js';

describe('the memory of a thread', () => {
  it('may grow by so much, and not more', () => {
    let [time, used] = [10, 300 * 2 ** 20];
    const bound = new MemoryBound(
      () => time,
      () => [used, 0],
    );
    used += 512 * 2 ** 20;
    bound.look();
    used += 2 ** 20;
    time += 0.2;
    bound.look();
    time += 0.1;
    expect(() => bound.look()).toThrow(/513 MB/);
  });

  /** Kept alive, so that one test's memory is not freed during the next. */
  const taken: unknown[] = [];

  it.each([
    ['buffers', () => new Uint8Array(600 * 2 ** 20)],
    ['shared buffers', () => new SharedArrayBuffer(600 * 2 ** 20)],
    ['WebAssembly memory', () => new WebAssembly.Memory({ initial: 9600, maximum: 9600 } as never)],
  ])('counts %s', (_, take) => {
    let time = 0;
    const bound = new MemoryBound(() => time++);
    bound.look();
    taken.push(take());
    expect(() => bound.look()).toThrow(expect.objectContaining({ code: 'ENGINE_CRASHED' }));
  });
});
