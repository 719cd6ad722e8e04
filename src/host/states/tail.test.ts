import { describe, expect, it } from 'vitest';
import type { TakeRecord } from '../../session/take.js';
import { decodeRecords, encodeRecords } from './tail.js';

const RECORDS: TakeRecord[] = [
  { type: 'input', time: 1.25, event: { type: 'noteOn', time: 1.25, pitch: 60, velocity: 80 } },
  { type: 'fed', tokens: [3, 4], member: 'drums' },
  { type: 'command', time: 0.1 + 0.2, command: { type: 'takeBack' } },
];

describe('the records of a tail', () => {
  it('come back as they were', () => {
    expect(decodeRecords(encodeRecords(RECORDS), 'a tail')).toEqual(RECORDS);
    expect(decodeRecords(encodeRecords([]), 'a tail')).toEqual([]);
  });

  it.each([
    ['no JSON', encodeRecords(RECORDS).slice(0, -3), 'no JSON'],
    ['no list', '{}', 'list of records'],
    ['no record', '[{"type":"input","time":1}]', 'at 0.event'],
    ['a time before any', '[{"type":"clock","time":-1}]', 'at 0.time'],
  ])('that are %s are refused', (_, text, words) => {
    expect(() => decodeRecords(text, 'the session s1')).toThrow(
      expect.objectContaining({
        code: 'STATE_BROKEN',
        message: expect.stringMatching(new RegExp(`session s1.*${words}`)),
      }),
    );
  });
});
