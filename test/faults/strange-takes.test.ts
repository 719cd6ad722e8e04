import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../../dist/host/models/read-model.js';
import { TAKE_VERSION } from '../../dist/host/takes/header.js';
import { program } from '../browser/host.js';

const folder = mkdtempSync(join(tmpdir(), 'continuo-strange-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MODEL = 'piano-pop-start';
const setup = { plugin: 'piano', model: MODEL, engine: 'kernel', precision: 'int8', seed: 1 };
const header = {
  type: 'take',
  version: TAKE_VERSION,
  date: '',
  setup,
  pluginVersion: '1',
  mode: 'answer',
  time: 0,
};
const START = '{"type":"command","time":1,"command":{"type":"start"}}';
let modelHash = '';
beforeAll(async () => {
  modelHash = (await readModel(MODEL)).hash;
});

const log = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
const first = (changed: object = {}) => JSON.stringify({ ...header, modelHash, ...changed });

type Make = (file: string) => unknown;

/** What `continuo replay` makes of a folder in which `make` puts something as its log, or gives the text of one. */
function replay(name: string, make: Make) {
  const take = join(folder, name.replaceAll(/\W+/g, '-'));
  mkdirSync(take);
  const file = join(take, 'take.jsonl');
  const text = make(file);
  if (typeof text === 'string') writeFileSync(file, text);
  const options = { encoding: 'utf8', timeout: 30_000 } as const;
  return spawnSync(process.execPath, [program, 'replay', take], options);
}

describe('a take that is none, or not any more', () => {
  it.each<[string, Make, RegExp]>([
    ['a pipe', (file) => spawnSync('mkfifo', [file]), /is a pipe, .*FILE_READ/s],
    ['a device without end', (file) => symlinkSync('/dev/zero', file), /is a device, .*FILE_READ/s],
    ['a link to itself', (file) => symlinkSync('take.jsonl', file), /ELOOP.*FILE_READ/s],
    ['nothing', () => undefined, /The folder is empty.*FILE_READ/s],
    ['of a version to come', () => log(first({ version: 99 })), /line 1: .*version 99; .*TAKE_VERSION/s],
    ['two in one file', () => log(first(), START, first(), START), /line 3: another take .*TAKE_BROKEN/s],
    ['nested without end', () => log(first(), '['.repeat(9e5)), /line 2: JSON was expected.*TAKE_BROKEN/s],
    [
      'a model whose name a terminal would obey',
      () => log(first({ setup: { ...setup, model: '\x1b[2J\x07' } })),
      /no model "\\u\{1b\}\[2J\\u\{7\}".*MODEL_NOT_FOUND/s,
    ],
    [
      'weights of that kind',
      () => log(first({ modelHash: '\x1b]0;\x07' })),
      /weights \\u\{1b\}\]0;.*MODEL_MISMATCH/s,
    ],
    [
      'a name of that kind',
      () => log(first(), '{"type":"zero","\\u009b2J":1}'),
      /line 2: .*"·2J".*TAKE_BROKEN/s,
    ],
  ])('%s: says which line, and what to do', (name, make, words) => {
    const { status, signal, stdout, stderr } = replay(name, make);
    expect([status, signal, stdout]).toEqual([1, null, '']);
    expect(stderr).toMatch(words);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey.
    expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]|defect|\.js:\d/);
    expect(stderr.length).toBeLessThan(1000);
  });

  it('that lost power while it was written is cut off', () => {
    const { status, stdout } = replay('power', () => log(first(), START) + '\0'.repeat(5000));
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^The same: .*cut off/)]);
  });
});
