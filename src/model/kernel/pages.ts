import { ContinuoError } from '../../errors.js';
import { MAX_PAGES, PAGE } from './module.js';

/**
 * Hands out pages of a memory that several workers share. The map (page, one byte: 1 is taken) and the lock before it
 * stand in the module's own page, behind its constants.
 */
const LOCK = 32 * 1024;
const MAP = PAGE - MAX_PAGES;

/** Marks the first `pages` as taken: the module's own and the weights. */
export function reservePages(memory: WebAssembly.Memory, pages: number): void {
  new Uint8Array(memory.buffer, MAP, pages).fill(1);
}

/**
 * Takes enough neighbouring pages for `bytes`, zeroed, growing the memory where none are free; returns their address.
 * Throws MODEL_UNSUPPORTED where the memory is full.
 */
export function claimPages(memory: WebAssembly.Memory, bytes: number): number {
  const wanted = Math.ceil(bytes / PAGE);
  const first = locked(memory, () => {
    const map = new Uint8Array(memory.buffer, MAP, MAX_PAGES);
    let start = 1;
    for (let page = 1; page < MAX_PAGES && page - start < wanted; page++) if (map[page]) start = page + 1;
    if (start + wanted > MAX_PAGES) return -1;
    const missing = start + wanted - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    map.fill(1, start, start + wanted);
    return start;
  });
  if (first < 0)
    throw new ContinuoError(
      'MODEL_UNSUPPORTED',
      `the network and its states need more than ${MAX_PAGES / 16} MiB`,
      'Use a smaller network, or fewer sessions at once.',
    );
  new Uint8Array(memory.buffer, first * PAGE, wanted * PAGE).fill(0);
  return first * PAGE;
}

/** Gives back pages that were claimed: `bytes` from `address` on. */
export function releasePages(memory: WebAssembly.Memory, address: number, bytes: number): void {
  const first = address / PAGE;
  locked(memory, () => {
    new Uint8Array(memory.buffer, MAP, MAX_PAGES).fill(0, first, first + Math.ceil(bytes / PAGE));
  });
}

/** The lock is held for microseconds, and rarely, so whoever finds it taken spins. */
function locked<Result>(memory: WebAssembly.Memory, action: () => Result): Result {
  const lock = new Int32Array(memory.buffer, LOCK, 1);
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0);
  try {
    return action();
  } finally {
    Atomics.store(lock, 0, 0);
  }
}
