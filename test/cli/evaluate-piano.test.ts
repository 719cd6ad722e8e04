import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeMidi } from '../../src/music/midi/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-evaluate-piano-'));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

function continuo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Three pieces of 75 s in C, F and G, the last two held out. */
beforeAll(() => {
  const corpus = join(folder, 'corpus');
  mkdirSync(corpus);
  for (const [index, tonic] of [60, 65, 67].entries()) {
    const events = Array.from({ length: 301 }, (_, at) => ({
      pitch: tonic + [0, 4, 7, 12, 9, 5, 2, 11][at % 8]!,
      velocity: 60 + (at % 4) * 10,
      start: at / 4,
      end: at / 4 + 0.3,
    }));
    writeFileSync(join(corpus, `${index}.mid`), writeMidi([{ name: 'x', channel: 0, events }]));
  }
  writeFileSync(
    join(corpus, 'splits.csv'),
    'path,piece,split\n0.mid,0,train\n1.mid,1,valid\n2.mid,2,valid\n',
  );
  const { status, stderr } = continuo(
    ...['dataset', 'build', '--from', corpus, '--codec', 'performance-packed-16', '--out', data],
  );
  expect(stderr + status).toBe('0');
});

const small = ['--data', data, '--count', '4', '--prompt', '4', '--seconds', '5'];

it('measures two models of different codecs, and makes a page with rolls of every prompt', () => {
  const page = join(folder, 'page.html');
  const result = continuo(
    ...['evaluate', 'piano', ...small, '--model', 'piano-pop,piano-pop-start', '--json', '--html', page],
  );
  expect(result.stderr).toBe('');
  const said = JSON.parse(result.stdout);
  expect(said).toMatchObject({ prompts: 4, pieces: 2, promptSeconds: 4, seconds: 5, engine: 'kernel' });
  expect(said.models.map(({ model }: { model: string }) => model)).toEqual(['piano-pop', 'piano-pop-start']);
  expect(said.human.comparisons.measures.density.mean.mean).toBeCloseTo(4, 1);
  expect(said.human.comparisons.measures.inKey.mean.mean).toBe(1);
  for (const { comparisons, params, degenerate } of said.models) {
    expect(comparisons.measures.density.mean.mean).toBeGreaterThan(0.2);
    expect(params).toMatchObject({ temperature: 1, longest: 5 });
    expect(degenerate.any).toBeGreaterThanOrEqual(0);
  }
  const text = readFileSync(page, 'utf8');
  expect(text.match(/<figcaption>what really followed/g)).toHaveLength(4);
  expect(text.match(/<figcaption>piano-pop-start</g)).toHaveLength(4);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
}, 120_000);

it('gives the same numbers for the same seed, in words, and others for another temperature', () => {
  const words = (...more: string[]) =>
    continuo('evaluate', 'piano', ...small, ...more).stdout.replace(/\(\d+(\.\d+)? s\)/, '');
  const once = words();
  expect(once).toContain('piano-pop ');
  expect(once).toContain('any of these');
  expect(words()).toBe(once);
  const cold = words('--temperature', '0.5');
  expect(cold).toContain('temperature 0.5');
  expect(cold.split('Means')[1]).not.toBe(once.split('Means')[1]);
}, 120_000);

it.each([
  [[...small, '--seconds', '100'], 1, 'DATASET_EMPTY'],
  [[...small, '--seeds', '2'], 2, 'OPTION_VALUE'],
  [[...small, '--keep', join(folder, 'kept')], 2, 'OPTION_VALUE'],
  [[...small, '--exchanges', '2'], 2, 'OPTION_VALUE'],
  [['--data', data, '--mode', 'listen'], 2, 'OPTION_VALUE'],
  [['--data', data, '--mode', 'answer', '--seconds', '200'], 2, 'OPTION_VALUE'],
  [['--data', data, '--mode', 'duet', '--prompt', '9'], 2, 'OPTION_VALUE'],
  [['--data', data, '--mode', 'solo', '--seconds', '60'], 2, 'OPTION_VALUE'],
  [['--data', data, '--mode', 'answer', '--keep', join(data, 'meta.json')], 1, 'FILE_READ'],

  [[...small, 'more'], 2, 'OPTION_VALUE'],
  [[...small, '--html', join(folder, 'no', 'page.html')], 1, 'FILE_WRITE'],
])('evaluate piano %j ends with a sentence and a code', (args, status, code) => {
  const result = continuo('evaluate', 'piano', ...args);
  expect(result.stderr).toContain(`[${code}]`);
  expect(result.status).toBe(status);
  expect(result.stdout).toBe('');
  expect(existsSync(join(folder, 'no'))).toBe(false);
});

it('measures long playing by windows, beside whole pieces', () => {
  const page = join(folder, 'long.html');
  const args = ['--data', data, '--count', '2', '--prompt', '4', '--seconds', '120', '--seeds', '2'];
  const result = continuo('evaluate', 'piano', ...args, '--json', '--html', page);
  expect(result.stderr).toBe('');
  const { people, followed, models, ...about } = JSON.parse(result.stdout);
  expect(about).toMatchObject({ prompts: 2, seeds: 2, promptSeconds: 4, seconds: 120 });
  // From two places somewhere in pieces of 75 s.
  expect(followed.runs).toBeLessThanOrEqual(2);
  // Two pieces of 75 s have two windows each.
  expect(people).toMatchObject({ runs: 2, windows: 4, stretches: { density: [4] } });
  expect(models).toMatchObject([{ model: 'piano-pop', runs: 4, windows: 16, params: { lead: 1 } }]);
  const [{ spread, stretches, outside }] = models;
  expect(stretches.density).toHaveLength(2);
  // Wide bounds: it plays, and does not run away.
  expect(spread.density.p1).toBeGreaterThan(0.3);
  expect(spread.density.p99).toBeLessThan(16);
  expect(spread.velocity.median).toBeGreaterThan(30);
  expect(outside).toBeLessThanOrEqual(0.5);
  const text = readFileSync(page, 'utf8');
  expect(text.match(/<figcaption>notes a second/g)).toHaveLength(1);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
}, 120_000);

it('measures answers exchange by exchange, beside the phrases', () => {
  const page = join(folder, 'answer.html');
  const args = ['--data', data, '--mode', 'answer', '--count', '2', '--exchanges', '12', '--prompt', '4'];
  const result = continuo('evaluate', 'piano', ...args, '--json', '--html', page);
  expect(result.stderr).toBe('');
  const { people, followed, models, ...about } = JSON.parse(result.stdout);
  expect(about).toMatchObject({ mode: 'answer', prompts: 2, exchanges: 12, promptSeconds: 4 });
  expect(followed).toBeNull();
  expect(people).toMatchObject({ runs: 2, windows: 24 });
  expect(people.spread.inKey.median).toBe(1);
  expect(models).toMatchObject([{ model: 'piano-pop', runs: 2, windows: 24 }]);
  const [{ spread, stretches }] = models;
  // Twelve exchanges are two stretches; wide bounds: it answers, as densely as it hears or nearly.
  expect(stretches.density).toHaveLength(2);
  expect(spread.density.median).toBeGreaterThan(1);
  expect(spread.density.median).toBeLessThan(12);
  expect(readFileSync(page, 'utf8')).not.toMatch(/NaN|undefined|Infinity/);
  const words = continuo('evaluate', 'piano', ...args).stdout;
  expect(words).toContain('Medians by exchanges');
  expect(words).toMatch(/1–10 +11–12/);
}, 120_000);

it.each([['duet'], ['solo']])(
  'measures %s by windows',
  (mode) => {
    const args = ['--data', data, '--mode', mode, '--count', '2', '--seconds', '120'];
    const result = continuo('evaluate', 'piano', ...args, '--json');
    expect(result.stderr).toBe('');
    const { people, followed, models, ...about } = JSON.parse(result.stdout);
    expect(about).toMatchObject({ mode, prompts: 2, seconds: 120 });
    expect(followed).toBeNull();
    expect(people).toMatchObject({ runs: 2, windows: 4 });
    expect(models).toMatchObject([{ runs: 2, windows: 8 }]);
    const [{ spread }] = models;
    expect(spread.density.median).toBeGreaterThan(0.3);
    expect(spread.density.p99).toBeLessThan(16);
  },
  120_000,
);

it('goes on where it was stopped: what was kept is not played again', () => {
  const kept = join(folder, 'kept.jsonl');
  const args = [
    '--data',
    data,
    '--mode',
    'solo',
    '--count',
    '2',
    '--seconds',
    '120',
    '--json',
    '--keep',
    kept,
  ];
  const said = () => {
    const { status, stdout, stderr } = continuo('evaluate', 'piano', ...args);
    expect(stderr + status).toBe('0');
    const { models, ...rest } = JSON.parse(stdout);
    return JSON.stringify({ ...rest, models: [{ ...models[0], secondsTaken: 0 }] });
  };
  const once = said();
  const lines = readFileSync(kept, 'utf8').split('\n');
  expect(lines).toHaveLength(3);
  // The second run was cut short, and the first is another's: only what is kept of these settings counts.
  const dense = lines[0]!.replace(/"density":[\d.]+/g, '"density":13');
  writeFileSync(kept, `${dense}\n${lines[1]!.slice(0, 40)}`);
  const again = said();
  expect(JSON.parse(again).models[0].spread.density.p99).toBe(13);
  expect(readFileSync(kept, 'utf8').split('\n')[1]).toBe(lines[1]);
  writeFileSync(kept, '');
  expect(said()).toBe(once);
}, 120_000);
