import { describe, expect, it } from 'vitest';
import type { MidiMessage } from '../../../../midi/index.js';
import { MessageRing } from './message-ring.js';

describe('a ring of messages', () => {
  it('gives them to another holder of its buffer, in order, each as long as it was', () => {
    const ring = new MessageRing();
    const reader = new MessageRing(ring.buffer);
    const messages: MidiMessage[] = [
      [0x90, 0, 0],
      [0xcf, 127],
      [0xd0, 1],
      [0xef, 127, 127],
    ];
    for (const message of messages) expect(ring.send(message)).toBe(true);
    expect(messages.map(() => reader.next())).toEqual(messages);
    expect(reader.next()).toBeUndefined();
  });

  it('says that it is full, and loses nothing', () => {
    const ring = new MessageRing();
    let sent = 0;
    while (ring.send([0x90, sent % 128, 1])) sent++;
    expect(sent).toBeGreaterThan(1000);
    expect(Array.from({ length: sent }, () => ring.next()?.[1])).toEqual(
      Array.from({ length: sent }, (_, i) => i % 128),
    );
    const rounds = Array.from({ length: 3 * sent }, (_, i) => i % 128);
    expect(rounds.map((pitch) => ring.send([0x80, pitch, 2]) && ring.next()?.[1])).toEqual(rounds);
  });

  it('does not sleep where it was woken since it was asked', () => {
    const ring = new MessageRing();
    const { woken } = ring;
    ring.wake();
    ring.sleep(woken);
  });
});
