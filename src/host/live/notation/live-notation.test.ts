import { expect, it } from 'vitest';
import type { TakeRecord } from '../../../session/take.js';
import { LiveNotation } from './live-notation.js';

/** Of a band in which the first member and `folk` play. */
const RECORDS: readonly TakeRecord[] = [
  { type: 'fed', tokens: [1, 2] },
  { type: 'fed', tokens: [11, 12], member: 'folk' },
  { type: 'command', time: 1, command: { type: 'param', id: 'key', value: 'G' } },
  { type: 'command', time: 1, command: { type: 'param', id: 'key', value: 'D', member: 'folk' } },
  { type: 'sampled', branch: 0, tokens: [3] },
  { type: 'sampled', branch: 0, tokens: [13, 14], member: 'folk' },
  { type: 'back', length: 4, member: 'folk' },
];
const RESTART: Extract<TakeRecord, { type: 'restart' }> = {
  type: 'restart',
  ...{ time: 2, from: 1, length: 2, branch: 9, mode: 'answer', values: {} },
};

/** The tokens and the key that a member's notation is written from. */
function written(member: string | undefined, records: readonly TakeRecord[]): string {
  const key = { name: 'Key', type: 'text', maxLength: 3, default: 'C' } as const;
  const write = (tokens: ArrayLike<number>, values: Readonly<Record<string, unknown>>) =>
    `${Array.from(tokens).join(' ')} in ${String(values.key)}`;
  const notation = new LiveNotation(write, { key }, { provenance: 'a test', member });
  notation.add(records);
  return notation.shown(true);
}

it('writes the stream of its member, with the parameters of that one', () => {
  expect(written(undefined, RECORDS)).toBe('1 2 3 in G');
  expect(written('folk', RECORDS)).toBe('11 12 13 in D');
});

it('goes on where its member goes on in another session, or from nothing', () => {
  const others = [{ ...RESTART, member: 'folk', length: 3 }];
  expect(written(undefined, [...RECORDS, { ...RESTART, others }])).toBe('1 in G');
  expect(written('folk', [...RECORDS, { ...RESTART, others }])).toBe('11 12 in D');
  expect(written('folk', [...RECORDS, RESTART])).toBe(' in D');
});
