import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PerformanceEvent } from '../music/note.js';
import { checkMessage, eventOfMessage, messageOfEvent, silence } from './message.js';
import { MessageParser } from './parser.js';
import type { MidiMessage } from './port.js';

const byte = fc.integer({ min: 0, max: 127 });
const oneByte = fc.tuple(fc.integer({ min: 0xc0, max: 0xdf }), byte);
const twoBytes = fc.tuple(
  fc.oneof(fc.integer({ min: 0x80, max: 0xbf }), fc.integer({ min: 0xe0, max: 0xef })),
  byte,
  byte,
);
const message: fc.Arbitrary<MidiMessage> = fc.oneof(oneByte, twoBytes);
const event: fc.Arbitrary<PerformanceEvent> = fc.oneof(
  fc.record({
    type: fc.constant('noteOn'),
    time: fc.double(),
    pitch: byte,
    velocity: fc.integer({ min: 1, max: 127 }),
  }),
  fc.record({ type: fc.constant('noteOff'), time: fc.double(), pitch: byte }),
  fc.record({ type: fc.constant('pedal'), time: fc.double(), down: fc.boolean() }),
);

describe('checkMessage', () => {
  it('passes every channel message', () => {
    fc.assert(fc.property(message, (m) => checkMessage(m) === m));
  });

  it.each([
    [[], 'Byte 0 of a MIDI message, the status, must be an integer from 0x80 to 0xEF; it is missing.'],
    [[0xf8], 'Byte 0 of a MIDI message, the status, must be an integer from 0x80 to 0xEF; it is 248.'],
    [[0x90, 60], 'A note-on message has 3 bytes (status, note, velocity); this one has 2.'],
    [[0xc0, 1, 2], 'A program change message has 2 bytes (status, program); this one has 3.'],
    [[0x90, 128, 1], 'Byte 1 of a note-on message, the note, must be an integer from 0 to 127; it is 128.'],
    [
      [0x91, 60, 0.5],
      'Byte 2 of a note-on message, the velocity, must be an integer from 0 to 127; it is 0.5.',
    ],
    [
      [0xb0, Number.NaN, 0],
      'Byte 1 of a control change message, the controller, must be an integer from 0 to 127; it is NaN.',
    ],
  ])('refuses %j and says which byte', (bytes, words) => {
    expect(() => checkMessage(bytes)).toThrow(
      expect.objectContaining({ code: 'PORT_MESSAGE', message: words }),
    );
  });

  it('takes an absent second byte for none', () => {
    expect(checkMessage([0xc0, 5, undefined])).toEqual([0xc0, 5, undefined]);
    expect(() => checkMessage([0x90, 5, undefined])).toThrow('this one has 2');
  });
});

describe('messages and events', () => {
  it('say the same there and back, on every channel', () => {
    fc.assert(
      fc.property(event, fc.integer({ min: 0, max: 15 }), (e, channel) => {
        const said = messageOfEvent(e, channel);
        expect(checkMessage(said)[0] & 15).toBe(channel);
        expect(eventOfMessage(said, e.time)).toEqual(e);
      }),
    );
  });

  it('take a note-on of velocity 0 for a note-off', () => {
    expect(eventOfMessage([0x93, 60, 0], 1)).toEqual({ type: 'noteOff', time: 1, pitch: 60 });
  });

  it('take the pedal for down from 64 on', () => {
    expect(eventOfMessage([0xb0, 64, 63], 0)).toMatchObject({ down: false });
    expect(eventOfMessage([0xb0, 64, 64], 0)).toMatchObject({ down: true });
  });

  it.each([[[0xb0, 1, 64]], [[0xa0, 60, 64]], [[0xc0, 1]], [[0xd0, 1]], [[0xe0, 0, 64]]] as [MidiMessage][])(
    'pass over %j, which is no note and no pedal',
    (m) => expect(eventOfMessage(m, 0)).toBeNull(),
  );

  it('refuse pitches, velocities and channels that MIDI does not have', () => {
    const on = { type: 'noteOn', time: 0, pitch: 60, velocity: 64 } as const;
    for (const bad of [
      { ...on, pitch: 128 },
      { ...on, pitch: 60.2 },
      { ...on, velocity: 200 },
    ])
      expect(() => messageOfEvent(bad)).toThrow(expect.objectContaining({ code: 'PORT_MESSAGE' }));
    expect(() => messageOfEvent(on, 16)).toThrow('A MIDI channel must be an integer from 0 to 15; it is 16.');
  });
});

describe('silence', () => {
  it('lifts the pedal, then ends notes, then sound, on all channels or those given', () => {
    expect(silence([3])).toEqual([
      [0xb3, 64, 0],
      [0xb3, 123, 0],
      [0xb3, 120, 0],
    ]);
    expect(silence()).toHaveLength(48);
    for (const m of silence()) checkMessage(m);
  });
});

describe('MessageParser', () => {
  const parse = (...packets: number[][]) => {
    const parser = new MessageParser();
    return packets.flatMap((packet) => parser.push(packet));
  };

  it('reads any messages, with running status or without, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(message), fc.boolean(), fc.array(fc.nat(4)), (messages, running, cuts) => {
        const bytes = messages.flatMap((m, i) =>
          running && m[0] === messages[i - 1]?.[0] ? m.slice(1) : [...m],
        ) as number[];
        const packets: number[][] = cuts.map((length) => bytes.splice(0, length));
        expect(parse(...packets, bytes)).toEqual(messages);
      }),
    );
  });

  it('is total: any bytes give legal messages', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (packets) => {
        const parser = new MessageParser();
        for (const packet of packets) for (const m of parser.push(packet)) checkMessage(m);
      }),
    );
  });

  it('lets real-time bytes stand inside a message', () => {
    expect(parse([0x90, 0xf8, 60, 0xfe, 64, 61, 0xf8, 65])).toEqual([
      [0x90, 60, 64],
      [0x90, 61, 65],
    ]);
  });

  it('drops system-exclusive dumps over several packets, and what follows them without a status', () => {
    expect(parse([0xf0, 1, 2], [3, 4, 5], [6, 0xf7], [60, 64], [0x80, 60, 0])).toEqual([[0x80, 60, 0]]);
    expect(parse([0x90, 60, 64, 0xf1, 5, 61, 65])).toEqual([[0x90, 60, 64]]);
  });

  it('drops a message that another interrupts', () => {
    expect(parse([0x90, 60], [0x80, 61, 0])).toEqual([[0x80, 61, 0]]);
  });
});
