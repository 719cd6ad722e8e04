import { crc32, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { heatMap } from './heat-map.js';

/** Chunks of a PNG by name, each with its checksum compared. */
function chunksOf(bytes: Buffer): Record<string, Buffer> {
  const chunks: Record<string, Buffer> = {};
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    chunks[name] = bytes.subarray(at + 8, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  return chunks;
}

it('draws each value at its place: blue above zero, orange below, nothing at zero', () => {
  const values = Float32Array.from([1, -1, 0, 0.5, 2, -9]);
  const { text } = heatMap({ title: 'a & b', columns: 3, rows: 2, values });
  expect(text).toContain('a &amp; b');
  const [, encoded] = text.match(/href="data:image\/png;base64,([^"]*)"/)!;
  const { IHDR, PLTE, tRNS, IDAT } = chunksOf(Buffer.from(encoded!, 'base64'));
  expect([IHDR!.readUInt32BE(0), IHDR!.readUInt32BE(4)]).toEqual([3, 2]);
  const rows = inflateSync(IDAT!);
  // (row, column), each row behind its filter byte; values are (column, row).
  const pixels = [1, 2, 3, 5, 6, 7].map((at) => rows[at]!);
  const [high, zero, over, low, half, under] = pixels as [number, number, number, number, number, number];
  expect([over, under]).toEqual([high, low]);
  expect(tRNS![zero]).toBe(0);
  expect([tRNS![high], tRNS![low]]).toEqual([255, 255]);
  expect(tRNS![half]).toBeCloseTo(128, -1);
  const colour = (pixel: number) => [...PLTE!.subarray(3 * pixel, 3 * pixel + 3)];
  expect(colour(high)[2]).toBeGreaterThan(colour(high)[0]!);
  expect(colour(low)[0]).toBeGreaterThan(colour(low)[2]!);
  expect(colour(half)).toEqual(colour(high));
});
