import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessageParser } from './parser.js';

const read = (...packets: readonly (readonly number[])[]) => {
  const parser = new MessageParser();
  return packets.flatMap((packet) => parser.push(packet));
};

it('reads running status, over packets too', () => {
  const messages = [
    [0x90, 60, 64],
    [0x90, 62, 64],
  ];
  expect(read([0x90, 60, 64, 62, 64])).toEqual(messages);
  expect(read([0x90, 60], [64, 62], [64])).toEqual(messages);
  expect(read([0xc1, 5, 6])).toEqual([
    [0xc1, 5],
    [0xc1, 6],
  ]);
});

it('reads on over real-time bytes amid a message', () => {
  expect(read([0x90, 0xf8, 60, 0xfe, 64])).toEqual([[0x90, 60, 64]]);
});

it('drops system messages, and running status with them', () => {
  expect(read([0x90, 60, 64, 0xf0, 1, 2, 3], [4, 0xf7, 62, 64], [0x80, 60, 0])).toEqual([
    [0x90, 60, 64],
    [0x80, 60, 0],
  ]);
});

it('drops a message that another status interrupts', () => {
  expect(read([0x90, 60, 0x80, 61, 0])).toEqual([[0x80, 61, 0]]);
});

it('gives whole channel messages alone, however bytes are cut into packets', () => {
  const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 200 });
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200)), (stream, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
      const packets = places.slice(1).map((end, index) => stream.slice(places[index], end));
      const messages = read(...packets);
      expect(messages).toEqual(read(stream));
      for (const [status, ...data] of messages) {
        expect(status! >= 0x80 && status! < 0xf0).toBe(true);
        expect(data.every((byte) => byte! < 0x80)).toBe(true);
      }
    }),
  );
});
