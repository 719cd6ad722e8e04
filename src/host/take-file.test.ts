import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContinuoError } from '../errors.js';
import type { TakeRecord } from '../session/take.js';
import { TakeFile } from './take-file.js';
import type { TakeHeader } from './take-header.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-take-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('says once that it has no place, and lets the session play on', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'x');
  const failures: ContinuoError[] = [];
  const header: TakeHeader = {
    type: 'take',
    version: 1,
    date: '2026-01-01',
    setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
    pluginVersion: '1.0.0',
    modelHash: 'h',
    mode: 'answer',
    time: 0,
  };
  const take = new TakeFile(join(file, 'takes'), header, (error) => failures.push(error));
  const played: TakeRecord = {
    type: 'input',
    time: 1,
    event: { type: 'noteOn', time: 1, pitch: 60, velocity: 80 },
  };
  take.add([], [played]);
  take.add([], [played]);
  await take.close(2, 'X:1');
  expect(failures.map(({ code }) => code)).toEqual(['FILE_WRITE']);
  expect(take.folder).toBeNull();
});
