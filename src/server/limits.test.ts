import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientMessage, MAX_MESSAGE_BYTES } from '../protocol/session-protocol.js';
import { readMessage } from './read-message.js';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  it('never lets more through than capacity and rate allow', () => {
    const steps = fc.array(fc.double({ min: 0, max: 0.5, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (waits) => {
        const bucket = new TokenBucket(5, 10, 0);
        let [now, taken] = [0, 0];
        for (const wait of waits) {
          now += wait;
          if (bucket.take(now)) taken++;
        }
        expect(taken).toBeLessThanOrEqual(5 + 10 * now + 1e-6);
      }),
    );
  });

  it('lets less through for what costs more, and by share', () => {
    const bucket = new TokenBucket(10, 4, 0, 3);
    expect([bucket.take(0, 4), bucket.take(0, 3), bucket.take(0)]).toEqual([false, true, false]);
    expect([bucket.take(1, 2, 0.5), bucket.take(1, 1, 0.5)]).toEqual([true, false]);
    const idle = new TokenBucket(10, 4, 0);
    expect([idle.take(100, 6, 0.5), idle.take(100, 5, 0.5)]).toEqual([false, true]);
  });

  it('fills up again, and is not fooled by a clock that goes back', () => {
    const bucket = new TokenBucket(2, 1, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, false]);
    expect([bucket.take(-5), bucket.take(1), bucket.take(1)]).toEqual([false, true, false]);
  });
});

describe('readMessage', () => {
  it('gives a message that follows the protocol, or a coded error, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.boolean(), (text, binary) => {
        try {
          expect(clientMessage.safeParse(readMessage(Buffer.from(text), binary)).success).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
        }
      }),
    );
  });

  it('says where a message goes wrong', () => {
    const text = JSON.stringify({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 0 } });
    expect(() => readMessage(Buffer.from(text), false)).toThrow(/event\.velocity/);
  });

  it('does not repeat what came at length, nor its control characters', () => {
    const text = `\u001b[2J${'x'.repeat(MAX_MESSAGE_BYTES - 10)}`;
    expect(() => readMessage(Buffer.from(text), false)).toThrow(
      /^A JSON text was expected, but "·\[2Jx{30,40}…" came\.$/,
    );
  });
});
