import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlayerEvent } from '../session-control.js';
import { HeldKeys } from './held-keys.js';

describe('HeldKeys', () => {
  const who = fc.integer({ min: 0, max: 2 });
  const event: fc.Arbitrary<PlayerEvent> = fc.oneof(
    fc.record({
      type: fc.constant('noteOn' as const),
      pitch: fc.integer({ min: 60, max: 63 }),
      velocity: fc.constant(80),
    }),
    fc.record({ type: fc.constant('noteOff' as const), pitch: fc.integer({ min: 60, max: 63 }) }),
    fc.record({ type: fc.constant('pedal' as const), down: fc.boolean() }),
  );

  it('leaves nothing down once all are gone, nothing that nobody holds, and says nothing of what is not down', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(who, event)), (doings) => {
        const down = new Set<number | 'pedal'>();
        let said = 0;
        const held = new HeldKeys((event) => {
          said++;
          const key = event.type === 'pedal' ? 'pedal' : event.pitch;
          const goesDown = event.type === 'noteOn' || (event.type === 'pedal' && event.down);
          if (goesDown) {
            if (key === 'pedal') expect(down.has(key)).toBe(false);
            down.add(key);
          } else expect(down.delete(key)).toBe(true);
        });
        const all = [held.hands(), held.hands(), held.hands()];
        const holds = new Set<string>();
        for (const [who, event] of doings) {
          const meaning = all[who]!.meaning(event);
          const before = said;
          all[who]!.play(event);
          // Events exempt from the rate limit end something, or have no effect.
          if (meaning === 'repeat') expect(said).toBe(before);
          if (meaning === 'release') expect(event.type === 'noteOff' || event.type === 'pedal').toBe(true);
          // A key is down if and only if somebody holds it.
          const key = event.type === 'pedal' ? 'pedal' : event.pitch;
          const presses = event.type === 'noteOn' || (event.type === 'pedal' && event.down);
          if (presses) holds.add(`${key} ${who}`);
          else holds.delete(`${key} ${who}`);
          expect(down.has(key)).toBe([0, 1, 2].some((one) => holds.has(`${key} ${one}`)));
          expect(held.holds(key)).toBe(down.has(key));
        }
        for (const hands of all) hands.release();
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
    const held = new HeldKeys(() => {});
    const [one, two] = [held.hands(), held.hands()];
    for (const event of events.slice(0, -1)) one.play(event);
    two.play({ type: 'pedal', down: true });
    expect(one.meaning(events.at(-1)!)).toBe(meaning);
  });
});
