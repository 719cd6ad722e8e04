import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-odds-'));
afterAll(() => rmSync(folder, { recursive: true }));

function continuo(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
}

const books = join(folder, 'books');
const data = join(folder, 'data');
const model = join(folder, 'model');
cpSync(fileURLToPath(new URL('../../models/folk-session', import.meta.url)), model, { recursive: true });
cpSync(fileURLToPath(new URL('../../datasets/tunes', import.meta.url)), books, { recursive: true });

describe('continuo dataset odds', () => {
  it("weighs notes and how parts end by a data set's tunes, and writes that into the model's folder", {
    timeout: 120_000,
  }, () => {
    expect(continuo('dataset', 'build', '--from', books, '--codec', 'folk', '--out', data).status).toBe(0);
    const before = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'));
    const { stdout, status } = continuo(
      ...['dataset', 'odds', '--data', data, '--model', model, '--count', '10', '--rounds', '2', '--json'],
    );
    expect(status).toBe(0);
    // So few tunes that all types are together.
    const [{ kind, odds, people, made }, ...more] = JSON.parse(stdout);
    expect([kind, more]).toEqual(['others', []]);
    expect(made).toHaveLength(2);
    for (const { cadences, notes } of [people, ...made])
      for (const shares of [cadences.first, cadences.later, cadences.last, notes.leaps])
        expect(shares.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 9);
    const after = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'));
    expect(after.userDefinedMetadata.continuo.odds).toEqual({ others: odds });
    after.userDefinedMetadata.continuo.odds = before.userDefinedMetadata.continuo.odds;
    // As JSON, which knows no -0.
    expect(JSON.stringify(after)).toBe(JSON.stringify({ ...before }));
  });

  it.each([
    [['--data', books, '--model', model], 1, 'FILE_READ'],
    [['--data', data, '--model', folder], 1, 'MODEL_NOT_FOUND'],
    [['--data', data, '--model', model, '--rounds', '0'], 2, 'OPTION_VALUE'],
  ])('%j ends with a sentence and a code', (args, status, code) => {
    const result = continuo('dataset', 'odds', ...args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.status).toBe(status);
  });

  it('a folder whose odds are broken says where', () => {
    const path = join(model, 'model.json');
    const root = JSON.parse(readFileSync(path, 'utf8'));
    root.userDefinedMetadata.continuo.odds = { reel: { cadences: { first: [0] }, notes: {} } };
    writeFileSync(path, JSON.stringify(root));
    const { stderr, status } = continuo('generate', 'folk', '--model', model);
    expect(stderr).toContain('[MODEL_BROKEN]');
    expect(stderr).toContain('odds.reel.cadences.first');
    expect(status).toBe(1);
  });
});
