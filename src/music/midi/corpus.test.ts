import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/requires.js';
import { readMidi } from './read.js';

/** Reading all takes a minute; mido agrees on all 1,877 files (4,864,431 note-ons). */
const EVERY = 40;

describeWith('the corpora (CONTINUO_DATA)', 'real MIDI files', (data) => {
  it('have as many notes as their bytes have note-ons', () => {
    const root = join(data, 'performance');
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.mid'))
      .sort()
      .filter((_, index) => index % EVERY === 0);
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths) {
      const bytes = readFileSync(join(root, path));
      const read = readMidi(bytes).tracks.reduce((sum, { notes }) => sum + notes.length, 0);
      expect([path, read]).toEqual([path, noteOns(bytes)]);
    }
  });
});

/** Counts note-ons of velocity above 0 in a file without faults, with no parser's help. */
function noteOns(bytes: Uint8Array): number {
  let count = 0;
  let at = 0;
  const big = (length: number) => {
    let value = 0;
    for (let index = 0; index < length; index++) value = value * 256 + bytes[at++]!;
    return value;
  };
  const variable = () => {
    let value = 0;
    for (;;) {
      const byte = bytes[at++]!;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  };
  at = 14;
  while (at < bytes.length) {
    at += 4;
    const length = big(4);
    const end = at + length;
    let status = 0;
    while (at < end) {
      variable();
      if (bytes[at]! >= 0x80) status = bytes[at++]!;
      if (status === 0xff) at++;
      if (status >= 0xf0) {
        const skipped = variable();
        at += skipped;
        continue;
      }
      if (status >> 4 === 9 && bytes[at + 1]! > 0) count++;
      at += status >> 4 === 0xc || status >> 4 === 0xd ? 1 : 2;
    }
  }
  return count;
}
