import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { anySignal } from './any-signal.js';

const two = () => [new AbortController(), new AbortController()] as const;

it('aborts with the first signal that does, for its reason', () => {
  const [one, other] = two();
  const { signal } = anySignal(one.signal, other.signal);
  expect(signal.aborted).toBe(false);
  other.abort('enough');
  one.abort('too late');
  expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
});

it('is aborted at once by a signal that is', () => {
  const [one, other] = two();
  other.abort('before');
  expect(anySignal(one.signal, other.signal).signal.reason).toBe('before');
});

it('lets go of the signals when it is done', () => {
  const [one, other] = two();
  const { signal, done } = anySignal(one.signal, other.signal);
  done();
  for (const { signal } of [one, other]) expect(getEventListeners(signal, 'abort')).toEqual([]);
  one.abort();
  expect(signal.aborted).toBe(false);
});
