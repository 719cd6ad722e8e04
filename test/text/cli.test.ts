import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'continuo-text-'));
const file = join(folder, 'verses.txt');
const model = join(folder, 'model');
afterAll(() => rmSync(folder, { recursive: true }));

function continuo(...args: string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 60_000 });
}

const generate = (...args: string[]) =>
  continuo('generate', 'text', '--model', model, '--seed', '3', ...args);

beforeAll(() => {
  writeFileSync(file, Array.from({ length: 60 }, (_, line) => `abab abab ${line % 10}\n`).join(''));
  const small = [
    '--units',
    '16',
    '--layers',
    '1',
    '--embedding',
    '8',
    '--epochs',
    '12',
    '--rate',
    '0.03',
    '--batch',
    '4',
    '--window',
    '16',
  ];
  const trained = continuo('train', 'text', file, '--out', model, ...small, '--licence', 'CC0', '--json');
  expect(trained.stderr + trained.stdout).toContain('natsPerToken');
  expect(trained.status).toBe(0);
}, 120_000);

describe('a model that was trained on a text', () => {
  it('writes what the text is made of, the same with the same seed', () => {
    const first = generate('--length', '200', '--prime', 'abab ');
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^abab [ab0-9 \n]{200}\n$/);
    expect(generate('--length', '200', '--prime', 'abab ').stdout).toBe(first.stdout);
  });

  it('has learnt: after a comes b', () => {
    const { stdout } = generate('--length', '400', '--temperature', '0.5');
    const pairs = stdout.match(/a./gs) ?? [];
    expect(pairs.length).toBeGreaterThan(20);
    expect(pairs.filter((pair) => pair === 'ab').length / pairs.length).toBeGreaterThan(0.9);
  });

  it('says in its card what it learnt from, and in JSON what it wrote', () => {
    expect(readFileSync(join(model, 'README.md'), 'utf8')).toMatch(/verses\.txt[\s\S]*CC0/);
    const { text, seed, model: id } = JSON.parse(generate('--length', '50', '--json').stdout);
    expect({ length: [...text].length, seed, id }).toEqual({ length: 50, seed: 3, id: 'model' });
  });

  it('is trained further on a text of its characters, and of no others', () => {
    const more = join(folder, 'more.txt');
    const out = join(folder, 'further');
    const train = (text: string) => {
      writeFileSync(more, text);
      return continuo('train', 'text', more, '--from', model, '--out', out, '--epochs', '1');
    };
    expect(train('baba 7\n'.repeat(80)).status).toBe(0);
    const refused = train(`${'baba 7\n'.repeat(80)}zebra`);
    expect(refused.stderr).toMatch(/line 81, column 1.*"z"[\s\S]*\[TEXT_CHARACTER\]/);
  });
});

describe('what cannot be', () => {
  it.each([
    [['generate', 'text', '--model', model, '--prime', 'x'], 'TEXT_CHARACTER', 1],
    [['generate', 'text', '--model', 'folk-session'], 'MODEL_MISMATCH', 1],
    [['generate', 'text', '--model', model, '--temperature', '9'], 'OPTION_VALUE', 2],
    [['generate', 'text', '--model', model, '--length', '0'], 'OPTION_VALUE', 2],
    [['train', 'text', join(folder, 'none.txt')], 'FILE_READ', 1],
    [['train', 'text', join(model, 'weights.bin')], 'TEXT_ENCODING', 1],
    [['dataset', 'build', '--codec', 'text', '--out', join(folder, 'd')], 'OPTION_VALUE', 2],
  ])('%j ends with a sentence and a code', (args, code, status) => {
    const result = continuo(...args);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.status).toBe(status);
  });

  it('and a text becomes a data set', () => {
    const out = join(folder, 'tokens');
    const built = continuo('dataset', 'build', '--codec', 'text', '--from', file, '--out', out);
    expect(built.stdout).toContain('text, 15 classes');
    expect(built.status).toBe(0);
  });
});
