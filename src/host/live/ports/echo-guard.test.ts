import { describe, expect, it } from 'vitest';
import type { MidiMessage } from '../../../midi/index.js';
import { randomSource } from '../../../model/keras-init.js';
import { EchoGuard } from './echo-guard.js';
import { SentLog } from './sent-log.js';

const on = (pitch: number, velocity: number, channel = 0): MidiMessage => [0x90 | channel, pitch, velocity];
const off = (pitch: number): MidiMessage => [0x80, pitch, 64];

/**
 * A guard that receives `strokes` (each held for `length`), all forwarded within 5 ms on channel 0. Returns how many were dropped,
 * and how often a loop was reported.
 */
function sendingOn(
  strokes: readonly { time: number; pitch: number; velocity: number; channel: number }[],
  length = 0.2,
) {
  const random = randomSource(7);
  const log = new SentLog();
  let told = 0;
  let dropped = 0;
  const guard = new EchoGuard(log, () => told++);
  let sent = 0;
  const events = strokes
    .flatMap(({ time, pitch, velocity, channel }) => {
      const lifted: MidiMessage = [0x80 | channel, pitch, 64];
      // Sent in the order in which they were received.
      sent = Math.max(sent, time + 0.0005 + 0.0045 * random());
      const at = sent;
      return [
        { time, does: () => guard.hears(on(pitch, velocity, channel), time) && dropped++ },
        { time: time + length, does: () => guard.hears(lifted, time + length) },
        { time: at, does: () => log.add(on(pitch, velocity), at, true) },
      ];
    })
    .sort((one, other) => one.time - other.time);
  for (const { does } of events) does();
  return { dropped, told };
}

/** Normally distributed with this standard deviation. */
function spread(seconds: number): () => number {
  const random = randomSource(5);
  return () => seconds * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A guard; `send` and `hear` use a clock that `wait` advances. `told`: how often a loop was reported. */
function guarded() {
  const log = new SentLog();
  let time = 10;
  let told = 0;
  const guard = new EchoGuard(log, () => told++);
  return {
    guard,
    send: (message: MidiMessage) => log.add(message, time),
    /** Logs a player's note-on, forwarded. */
    sendOn: (message: MidiMessage) => log.add(message, time, true),
    hear: (message: MidiMessage) => guard.hears(message, time),
    wait: (seconds: number) => {
      time += seconds;
    },
    know: (loops: boolean) => guard.know(loops, time),
    told: () => told,
  };
}

describe('echoes', () => {
  it('are dropped at once, stroke and release, and said after three in a row', () => {
    const { send, hear, wait, told } = guarded();
    const dropped: boolean[] = [];
    for (let i = 0; i < 5; i++) {
      send(on(60 + i, 70 + i));
      wait(0.004);
      dropped.push(hear(on(60 + i, 70 + i, 3)));
      wait(0.2);
      send(off(60 + i));
      wait(0.004);
      dropped.push(hear([0x83, 60 + i, 0]));
    }
    expect(dropped).toEqual(Array(10).fill(true));
    expect(told()).toBe(1);
  });

  it('of a key that is sent on are dropped too: it does not go round', () => {
    const { sendOn, hear, wait } = guarded();
    expect(hear(on(60, 80))).toBe(false);
    sendOn(on(60, 80));
    wait(0.002);
    expect(hear(on(60, 80))).toBe(true);
    wait(0.3);
    expect(hear([0x81, 60, 0])).toBe(false);
  });

  it('of a key that is sent on and that the player lets go: the release is heard, its echo is not', () => {
    const { send, sendOn, hear, wait, know } = guarded();
    know(true);
    for (let i = 0; i < 3; i++) {
      expect(hear(on(60, 80))).toBe(false);
      sendOn(on(60, 80));
      wait(0.002);
      expect(hear(on(60, 80))).toBe(true);
      wait(0.2);
      expect(hear(off(60))).toBe(false);
      send(off(60));
      wait(0.002);
      expect(hear(off(60))).toBe(true);
      wait(0.2);
    }
    // The model strikes the same key, and releases it first.
    expect(hear(on(60, 80))).toBe(false);
    wait(0.3);
    send(on(60, 71));
    wait(0.002);
    expect(hear(on(60, 71))).toBe(true);
    wait(0.2);
    send(off(60));
    wait(0.002);
    expect(hear(off(60))).toBe(true);
    wait(0.2);
    expect(hear(off(60))).toBe(false);
  });

  it('of keys that are let go at once end soon', () => {
    const { send, sendOn, hear, wait, told } = guarded();
    let rounds = 0;
    for (; rounds < 100; rounds++) {
      const echo = hear(on(60, 80));
      hear(off(60));
      if (echo) break;
      sendOn(on(60, 80));
      send(off(60));
      wait(0.004);
    }
    expect([rounds, told()]).toEqual([13, 1]);
  });

  it('of keys that are sent on are said after a dozen, on whatever channel they come back', () => {
    const { sendOn, hear, wait, told } = guarded();
    let heard = 0;
    for (let i = 0; i < 16; i++) {
      expect(hear(on(60 + i, 80))).toBe(false);
      // What comes back on another channel is forwarded once more.
      for (let rounds = 0; rounds < 9; rounds++) {
        wait(0.001);
        sendOn(on(60 + i, 80));
        wait(0.004);
        if (hear(on(60 + i, 80, 3))) break;
        heard++;
      }
      wait(0.2);
    }
    expect(heard).toBeLessThanOrEqual(13);
    expect(told()).toBe(1);
  });

  it('that come late are noticed after three, and then dropped', () => {
    const { send, hear, wait, told } = guarded();
    const dropped = Array.from({ length: 6 }, (_, i) => {
      send(on(60 + i, 80));
      wait(0.25);
      return hear(on(60 + i, 80));
    });
    expect(dropped).toEqual([false, false, false, true, true, true]);
    expect(told()).toBe(1);
  });

  it('that were made louder are noticed after a dozen, and then dropped', () => {
    const { send, hear, wait, told } = guarded();
    const dropped = Array.from({ length: 16 }, (_, i) => {
      send(on(60 + i, 80));
      wait(0.02);
      return hear(on(60 + i, 99));
    });
    expect(dropped.map(Number).join('')).toBe('0000000000001111');
    expect(told()).toBe(1);
  });

  it('of controllers are dropped once they are too many', () => {
    const { send, hear, wait, told } = guarded();
    let passed = 0;
    send([0xb0, 1, 9]);
    for (let i = 0; i < 1000; i++) {
      wait(0.001);
      if (hear([0xb0, 1, 9])) break;
      passed++;
      send([0xb0, 1, 9]);
    }
    expect([passed, told()]).toEqual([24, 1]);
  });

  it('are dropped from the first, however late, where the system knows of the loop; the player is heard', () => {
    const { send, hear, wait, know, told } = guarded();
    know(true);
    know(true);
    expect(told()).toBe(1);
    send(on(60, 80));
    send([0xe0, 0, 70]);
    wait(0.4);
    expect([hear(on(60, 80)), hear([0xe0, 0, 70])]).toEqual([true, true]);
    wait(0.05);
    expect([hear(on(60, 80)), hear(on(62, 80)), hear([0xe0, 0, 71])]).toEqual([false, false, false]);
    know(false);
    wait(1);
    send(on(64, 80));
    wait(0.3);
    expect(hear(on(64, 80))).toBe(false);
  });
});

describe('what is no echo', () => {
  it('one who doubles the model by ear, or by heart but not as loud', () => {
    const { send, hear, wait, told } = guarded();
    for (let i = 0; i < 40; i++) {
      send(on(60 + (i % 7), 80));
      wait(i % 2 ? 0.03 : 0.18);
      expect(hear(on(60 + (i % 7), i % 2 ? 71 : 80))).toBe(false);
      wait(0.1);
      expect(hear(on(40 + (i % 5), 80))).toBe(false);
      wait(0.2);
    }
    expect(told()).toBe(0);
  });

  it('one who repeats a key that is sent on, on a keyboard of one loudness', () => {
    const { send, sendOn, hear, wait, told } = guarded();
    for (let i = 0; i < 60; i++) {
      expect(hear(on(60, 100))).toBe(false);
      wait(0.001);
      sendOn(on(60, 100));
      wait(0.06 + 0.01 * (i % 30));
      expect(hear(off(60))).toBe(false);
      send(off(60));
    }
    expect(told()).toBe(0);
  });

  it('strokes of a machine on one key, however close, and two zones of a keyboard', () => {
    const { send, sendOn, hear, wait, told } = guarded();
    for (let i = 0; i < 9; i++) {
      wait(0.001);
      expect(hear(on(60, 80))).toBe(false);
      sendOn(on(60, 80));
      expect(hear(off(60))).toBe(false);
      send(off(60));
    }
    for (const [first, second] of [
      [0, 1],
      [1, 0],
    ] as const) {
      wait(1);
      expect(hear(on(72, 80, first))).toBe(false);
      sendOn(on(72, 80));
      wait(0.001);
      expect(hear(on(72, 80, second))).toBe(false);
      sendOn(on(72, 80));
      expect([hear([0x80 | second, 72, 0]), hear([0x80 | first, 72, 0])]).toEqual([false, false]);
    }
    expect(told()).toBe(0);
  });

  it.each([
    ['sixteen channels within milliseconds', 16, 0.0007, () => 100],
    [
      'sixteen channels, each as loud as it likes',
      16,
      0.0007,
      (random: () => number) => 60 + Math.floor(9 * random()),
    ],
    [
      'two zones of a keyboard, one of them softer',
      2,
      0.001,
      (_: unknown, channel: number) => 100 - 30 * channel,
    ],
    ['two zones that come late', 2, 0.03, () => 80],
  ])('the same pitch on several channels, sent on: %s', (_, channels, apart, loud) => {
    const random = randomSource(3);
    const strokes = Array.from({ length: 3000 }, (__, i) => ({
      time: 10 + 0.3 * Math.floor(i / channels) + apart * (i % channels),
      pitch: 60 + (Math.floor(i / channels) % 3),
      velocity: loud(random, i % channels),
      channel: i % channels,
    }));
    expect(sendingOn(strokes)).toEqual({ dropped: 0, told: 0 });
    expect(sendingOn(strokes, 0.01)).toEqual({ dropped: 0, told: 0 });
  });

  it('an octave that is doubled on another channel, a keyboard of one loudness', () => {
    const strokes = Array.from({ length: 6000 }, (_, i) => ({
      time: 10 + 0.12 * Math.floor(i / 2) + 0.001 * (i % 2),
      pitch: 48 + 12 * (i % 2) + 12 * (Math.floor(i / 2) % 2),
      velocity: 100,
      channel: i % 2,
    }));
    expect(sendingOn(strokes, 0.1)).toEqual({ dropped: 0, told: 0 });
  });

  it.each([0.01, 0.02, 0.04])(
    'two keyboards in unison for two hours, all strokes as loud, %s s apart',
    (apart) => {
      const late = spread(apart);
      const unison = (channels: number) =>
        Array.from({ length: 40_000 }, (_, i) => ({
          time: 10 + 0.4 * Math.floor(i / 2) + late(),
          pitch: 60 + (Math.floor(i / 2) % 5),
          velocity: 100,
          channel: i % channels,
        }));
      expect(sendingOn(unison(2))).toEqual({ dropped: 0, told: 0 });
      // On one channel two keys cannot be told apart: the pitch sounds, but a second note-on of it may be dropped.
      expect(sendingOn(unison(1)).told).toBe(0);
    },
  );

  it('the same chords again, on a computer that is slow to send them on', () => {
    const { sendOn, hear, wait, told } = guarded();
    for (let i = 0; i < 6; i++) {
      expect([hear(on(52, 80)), hear(on(48, 80))]).toEqual([false, false]);
      expect(hear([0xb0, 123, 0])).toBe(false);
      wait(0.2);
      for (const pitch of [52, 48]) sendOn(on(pitch, 80));
      wait(0.01);
    }
    expect(told()).toBe(0);
  });

  it('a wheel that is sent on, and a knob that trembles', () => {
    const { send, hear, wait, told } = guarded();
    for (let i = 0; i < 200; i++) {
      const message: MidiMessage = i < 100 ? [0xe0, 0, i] : [0xb0, 7, 63 + (i % 2)];
      expect(hear(message)).toBe(false);
      send(message);
      wait(0.02);
    }
    expect(told()).toBe(0);
  });

  it('another message of the same bytes, and a release of a key that the player holds', () => {
    const { send, hear, wait } = guarded();
    send([0xb0, 60, 80]);
    wait(0.01);
    expect(hear(on(60, 80))).toBe(false);
    expect(hear(off(60))).toBe(false);
  });
});
