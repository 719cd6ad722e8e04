import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TAKE_VERSION } from './header.js';
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
    await expect(
      read([{ ...HEADER, version: TAKE_VERSION + 1, tuning: 'just' }, START]),
    ).rejects.toMatchObject({
      code: 'TAKE_VERSION',
      message: expect.stringMatching(
        new RegExp(`line 1: .*version ${TAKE_VERSION + 1}; .*version ${TAKE_VERSION}`),
      ),
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
    ['no object', ['7'], 2, 'line of a take: .*expected object, but 7 came'],
    ['a value of another type', [{ ...START, time: '1' }], 2, 'at "time": .*expected number, but "1" came'],
    ['nothing in its place', ['{"type":"zero"}', { type: 'end' }], 3, 'expected number, but nothing came'],
    ['no words for a type', [{ type: 'weather' }], 2, '\'clock\'.*, but "weather" came'],
    ['an endless list', [`${'['.repeat(1e5)}${']'.repeat(1e5)}`], 2, 'expected object, but a list came'],
    [
      'an endless value',
      [
        `{"type":"command","time":1,"command":{"type":"param","id":"x","value":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`,
      ],
      2,
      'command.value',
    ],
    [
      'a line that is far too long',
      [START, { type: 'fed', tokens: Array(6e5).fill(1) }],
      3,
      '1048576 bytes at most',
    ],
    ['a name that a terminal would obey', [{ ...START, '\x1b[2J\x07': 1 }], 2, 'key: "·\\[2J·"'],
    ['a name without end', [{ ...START, ['k'.repeat(1e5)]: 1 }], 2, 'k{200,240}….$'],
    ['another take', [START, HEADER, START], 3, 'another take begins there'],
  ])('refuses %s, with its line', async (_, lines, line, words) => {
    await expect(read([HEADER, ...lines])).rejects.toMatchObject({
      code: 'TAKE_BROKEN',
      message: expect.stringMatching(new RegExp(`take\\.jsonl, line ${line}: .*${words}`)),
    });
  });

  it('cut at any byte, it has its whole lines', async () => {
    const file = join(folder, 'take.jsonl');
    const lines = [HEADER, START, NOTE, { type: 'fed', tokens: [1, 2] }, { type: 'end', time: 9 }];
    const log = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const header = log.indexOf('\n');
    for (let length = 0; length <= log.length; length++) {
      writeFileSync(file, log.slice(0, length));
      // The line feed alone is no loss.
      const whole = log.slice(0, length + 1).split('\n').length - 2;
      if (length < header) await expect(readTake(file)).rejects.toMatchObject({ code: 'TAKE_BROKEN' });
      else expect((await readTake(file)).records.length).toBe(whole);
    }
  });

  it('reads what an editor makes of it: a byte order mark, other line ends, empty lines', async () => {
    const { records, where } = await read([
      `\ufeff${JSON.stringify(HEADER)}\r`,
      `${JSON.stringify(START)}\r`,
      '',
      '\r',
      NOTE,
    ]);
    expect(records).toEqual([START, NOTE]);
    expect(where(1)).toMatch(/line 5$/);
  });

  it('refuses bytes that are no text, with their line, and leaves them out where the file ends', async () => {
    const file = join(folder, 'take.jsonl');
    const lines = Buffer.from(
      [HEADER, START, NOTE, ''].map((line) => JSON.stringify(line)).join('\n'),
      'latin1',
    );
    const at = lines.indexOf('noteOn');
    lines[at] = 0xff;
    writeFileSync(file, lines);
    await expect(readTake(folder)).rejects.toMatchObject({
      code: 'TAKE_BROKEN',
      message: expect.stringMatching(/line 3: text in UTF-8 was expected, but "[ -~·]+…" came/),
    });
    writeFileSync(file, lines.subarray(0, at + 1));
    expect((await readTake(folder)).records).toEqual([START]);
    // As a machine that lost power leaves a file: longer than what was written.
    writeFileSync(file, Buffer.concat([lines.subarray(0, at), Buffer.alloc(2 ** 21)]));
    expect((await readTake(folder)).records).toEqual([START]);
  });

  it('says what to do: what is left of a take, whose notes are beside it', async () => {
    const hint = async (...lines: unknown[]) => {
      try {
        return await read(lines);
      } catch (error) {
        return (error as { hint: string }).hint;
      }
    };
    expect(await hint('x')).toBe('The log was edited or damaged there. Is it the log of a take?');
    expect(await hint(HEADER, START, 'x')).toBe(
      'The log was edited or damaged there. The lines before it alone are a take that was cut off there.',
    );
    writeFileSync(join(folder, 'take.mid'), '');
    expect(await hint(HEADER, START, 'x')).toMatch(/cut off there\. take\.mid beside it has the notes\.$/);
    expect(await hint()).toMatch(/ended as it began to record.* take\.mid beside it/);
  });

  it('reads millions of empty lines in no time', async () => {
    writeFileSync(join(folder, 'take.jsonl'), Buffer.alloc(3e7, 10));
    const began = performance.now();
    await expect(readTake(folder)).rejects.toMatchObject({ code: 'TAKE_BROKEN' });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it.each([
    ['nothing', []],
    ['half a header', [JSON.stringify(HEADER).slice(0, 50)]],
    ['no header', [START]],
    ['a header of another setup', [{ ...HEADER, setup: { ...HEADER.setup, engine: 'steam' } }]],
    ['null', ['null']],
  ])('refuses a log that begins with %s', async (_, lines) => {
    await expect(read(lines)).rejects.toMatchObject({ code: 'TAKE_BROKEN' });
  });

  it('refuses what is no file', async () => {
    const refused = (hint: RegExp) => ({ code: 'FILE_READ', hint: expect.stringMatching(hint) });
    await expect(readTake(join(folder, 'none'))).rejects.toMatchObject(refused(/Give a take's folder/));
    await expect(readTake('/dev/zero/take.jsonl')).rejects.toMatchObject(refused(/Give a take's folder/));
    await expect(readTake(folder)).rejects.toMatchObject(refused(/empty: the program ended as it began/));
    for (const strange of ['/dev/zero', folder, 'take.jsonl', 'nowhere']) {
      symlinkSync(strange, join(folder, 'take.jsonl'));
      await expect(readTake(folder)).rejects.toMatchObject(refused(/Give a take's folder/));
      rmSync(join(folder, 'take.jsonl'));
    }
  });
});
