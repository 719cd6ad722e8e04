import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTake } from './read-take.js';

const HEADER = {
  type: 'take',
  version: 2,
  date: '2026-01-01T00:00:00.000Z',
  setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
  pluginVersion: '1.0.0',
  modelHash: '0123456789abcdef',
  mode: 'answer',
  time: 0.5,
};
const START = { type: 'command', time: 1, command: { type: 'start' } };
const NOTE = { type: 'input', time: 2, event: { type: 'noteOn', time: 2, pitch: 60, velocity: 80 } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-read-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a log and reads it. Lines are values or texts; `end`: what stands after the last one. */
function read(lines: readonly unknown[], end = '\n') {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(join(folder, 'take.jsonl'), texts.join('\n') + end);
  return readTake(folder);
}

describe('readTake', () => {
  it('reads versions 1 and 2, and says where each record stands', async () => {
    const { records, where } = await read([HEADER, START, '', NOTE]);
    expect(records).toEqual([START, NOTE]);
    expect(where(1)).toBe(`${join(folder, 'take.jsonl')}, line 4`);
    expect((await read([{ ...HEADER, version: 1 }, START])).header.version).toBe(1);
  });

  it('names both versions where the take is of a later one', async () => {
    await expect(read([{ ...HEADER, version: 3, tuning: 'just' }, START])).rejects.toMatchObject({
      code: 'TAKE_VERSION',
      message: expect.stringMatching(/line 1: .*version 3; .*version 2/),
    });
  });

  it('leaves out a last line that was cut short, and only there', async () => {
    const cut = JSON.stringify(NOTE).slice(0, 30);
    expect((await read([HEADER, START, cut], '')).records).toEqual([START]);
    expect((await read([HEADER, START, '\0\0\0'], '')).records).toEqual([START]);
    await expect(read([HEADER, cut, START])).rejects.toMatchObject({
      code: 'TAKE_BROKEN',
      message: expect.stringContaining('line 2: JSON was expected, but "{'),
    });
  });

  it.each([
    ['a time that goes back', [START, { ...START, time: 0.75 }], 3, 'a time of 1 s or later'],
    ['a time before the take', [{ ...START, time: 0.25 }], 2, 'a time of 0.5 s or later'],
    ['a time that is none', ['{"type":"end","time":1e999}'], 2, 'time'],
    ['a time that no session reaches', [{ type: 'end', time: 1e12 }], 2, 'time'],
    ['two times in one input', [{ ...NOTE, time: 3 }], 2, 'one time'],
    ['a mark at no whole second', [{ type: 'clock', time: 1.5 }], 2, 'whole second'],
    ['a pause that ends first', [{ type: 'pause', time: 2, until: 1 }], 2, 'before it begins'],
    [
      'a time in a pause',
      [
        { type: 'pause', time: 1, until: 9 },
        { type: 'end', time: 8 },
      ],
      3,
      'a time of 9 s',
    ],
    ['a pitch that is none', [{ ...NOTE, event: { ...NOTE.event, pitch: 128 } }], 2, 'event.pitch'],
    ['a field too many', [{ ...START, why: 'news' }], 2, 'why'],
    ['a type that is none', [{ type: 'weather' }], 2, 'type'],
    ['a mode that is none', [{ ...START, command: { type: 'mode', mode: 'battle' } }], 2, 'command.mode'],
    ['half a token', [{ type: 'fed', tokens: [1.5] }], 2, 'tokens.0'],
    [
      'a stream that goes back to where it never was',
      [
        { type: 'fed', tokens: [1] },
        { type: 'back', length: 3 },
      ],
      3,
      '2 tokens',
    ],
    ['something after the end', [{ type: 'end', time: 1 }, START], 3, 'after the end'],
    ['no object', ['7'], 2, 'line of a take'],
  ])('refuses %s, with its line', async (_, lines, line, words) => {
    await expect(read([HEADER, ...lines])).rejects.toMatchObject({
      code: 'TAKE_BROKEN',
      message: expect.stringMatching(new RegExp(`take\\.jsonl, line ${line}: .*${words}`)),
    });
  });

  it.each([
    ['nothing', []],
    ['no header', [START]],
    ['a header of another setup', [{ ...HEADER, setup: { ...HEADER.setup, engine: 'steam' } }]],
    ['null', ['null']],
  ])('refuses a log that begins with %s', async (_, lines) => {
    await expect(read(lines)).rejects.toMatchObject({ code: 'TAKE_BROKEN' });
  });

  it('refuses what is no file', async () => {
    await expect(readTake(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_READ' });
    await expect(readTake('/dev/zero/take.jsonl')).rejects.toMatchObject({ code: 'FILE_READ' });
  });
});
