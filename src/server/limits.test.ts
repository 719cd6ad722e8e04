import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlayerEvent } from '../host/session-control.js';
import { HeldKeys } from './held-keys.js';
import { clientMessage, MAX_MESSAGE_BYTES } from './protocol.js';
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

describe('HeldKeys', () => {
  const owner = fc.constantFrom('one', 'two');
  const event: fc.Arbitrary<PlayerEvent> = fc.oneof(
    fc.record({
      type: fc.constant('noteOn' as const),
      pitch: fc.integer({ min: 60, max: 63 }),
      velocity: fc.constant(80),
    }),
    fc.record({ type: fc.constant('noteOff' as const), pitch: fc.integer({ min: 60, max: 63 }) }),
    fc.record({ type: fc.constant('pedal' as const), down: fc.boolean() }),
  );

  it('leaves nothing down once all owners are gone, and says nothing of what is not down', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(owner, event)), (doings) => {
        const held = new HeldKeys<string>();
        const down = new Set<number | 'pedal'>();
        const hear = (event: PlayerEvent) => {
          const key = event.type === 'pedal' ? 'pedal' : event.pitch;
          const goesDown = event.type === 'noteOn' || (event.type === 'pedal' && event.down);
          if (goesDown) {
            if (key === 'pedal') expect(down.has(key)).toBe(false);
            down.add(key);
          } else expect(down.delete(key)).toBe(true);
        };
        for (const [who, event] of doings) {
          const meaning = held.meaning(who, event);
          const heard = held.take(who, event);
          // What is free of charge ends something, or goes no further.
          if (meaning === 'repeat') expect(heard).toBe(false);
          if (meaning === 'release') expect(event.type === 'noteOff' || event.type === 'pedal').toBe(true);
          if (heard) hear(event);
        }
        for (const who of ['one', 'two']) held.release(who).forEach(hear);
        expect(down.size).toBe(0);
      }),
    );
  });
});

describe('the meaning of an event', () => {
  it.each<[string, readonly PlayerEvent[], 'press' | 'release' | 'repeat']>([
    [
      'a key struck again',
      [
        { type: 'noteOn', pitch: 60, velocity: 1 },
        { type: 'noteOn', pitch: 60, velocity: 1 },
      ],
      'press',
    ],
    [
      'a key let go',
      [
        { type: 'noteOn', pitch: 60, velocity: 1 },
        { type: 'noteOff', pitch: 60 },
      ],
      'release',
    ],
    ['a key let go that is not held', [{ type: 'noteOff', pitch: 60 }], 'repeat'],
    ['the pedal pressed', [{ type: 'pedal', down: true }], 'press'],
    [
      'the pedal pressed while it is down',
      [
        { type: 'pedal', down: true },
        { type: 'pedal', down: true },
      ],
      'repeat',
    ],
    [
      'the pedal let go',
      [
        { type: 'pedal', down: true },
        { type: 'pedal', down: false },
      ],
      'release',
    ],
    ['the pedal let go while it is up', [{ type: 'pedal', down: false }], 'repeat'],
  ])('of %s', (_, events, meaning) => {
    const held = new HeldKeys<string>();
    for (const event of events.slice(0, -1)) held.take('one', event);
    held.take('two', { type: 'pedal', down: true });
    expect(held.meaning('one', events.at(-1)!)).toBe(meaning);
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
