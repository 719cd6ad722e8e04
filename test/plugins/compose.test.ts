import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type CheckResult, checkPlugin, registerChecks } from '../../dist/plugin-check/index.js';
import { readAbc } from '../../src/music/abc/index.js';
import { pluginFolder } from './plugin-folder.js';

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const changes = join(folder, 'changes');
cpSync(join(root, 'examples', 'plugins', 'changes'), changes, { recursive: true });

function run(args: string[], input = '') {
  const main = join(root, 'dist', 'cli', 'main.js');
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', input });
}
const generate = (args: string[], input = '') =>
  run(['generate', 'changes', '--plugin', './changes', ...args], input);
const rowsOf = (text: string) => text.trim().split('\n');

describe("a stranger's plugin that makes pieces", () => {
  it('has a command with flags and a help of its own, and is listed', () => {
    const { stdout, status } = generate(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('Ring the changes: each row another order of the bells, and none comes twice.');
    for (const flag of [
      /--bells=<N> +How many bells ring \(default: 6\)/,
      /--key=<KEY> +Which scale the bells are: C, D, F, G; several are joined by commas \(default: D\)/,
      /--stay-home +The lowest bell ends every row/,
      /--redo=<ROWS> .*: of the touch given with --prime/,
      /--prime=<FILE> .*rings on after a row/,
      /--after=<N> +With --prime: the row after which/,
      /--touch=<X> +Of several touches in the file given/,
      /--as-rows=<DIR> +Also each touch in this folder: the rows/,
      /--count=<N> +How many touches/,
    ])
      expect(stdout).toMatch(flag);
    expect(stdout).not.toMatch(/--model|--memory/);
    expect(run(['generate', '--plugin', './changes', '--help']).stdout).toMatch(/^ +changes +Ring/m);
    expect(run(['generate', '--help']).stdout).not.toContain('changes');
  });

  it('is told of by plugin info', () => {
    expect(run(['plugin', 'info', './changes']).stdout).toMatch(
      /^makes +touches as abc, asRows; of one that is given: redo, goOn$/m,
    );
  });

  it('makes what is asked for, the same for the same seed, in every format', () => {
    const args = ['--bells', '5', '--rows', '10', '--key', 'G,C', '--count', '3', '--seed', '4'];
    const { stdout, stderr, status } = generate([...args, '--as-rows', 'rows']);
    expect([status, stderr]).toEqual([0, 'No row comes twice in a touch.\n3 touches, seed 4\n']);
    expect(generate(args).stdout).toBe(stdout);
    expect(readAbc(stdout).map(({ tune }) => tune!.key.tonic.letter)).toHaveLength(3);
    expect(stdout.match(/^K:.$/gm)).toEqual(['K:G', 'K:C', 'K:G']);
    expect(readdirSync(join(folder, 'rows'))).toEqual(['touch-1.txt', 'touch-2.txt', 'touch-3.txt']);
    const rows = rowsOf(readFileSync(join(folder, 'rows', 'touch-2.txt'), 'utf8'));
    expect(rows).toHaveLength(10);
    expect(new Set(rows).size).toBe(10);
    for (const row of rows) expect([...row].sort().join('')).toBe('12345');
    const { seed, touches } = JSON.parse(generate([...args, '--json']).stdout);
    expect([seed, touches.length, touches[1].rows]).toEqual([4, 3, rows]);
  });

  it('works on a piece that is given', () => {
    const { stdout: touch } = generate(['--rows', '8', '--seed', '1']);
    writeFileSync(join(folder, 'touch.abc'), touch);
    const bars = (text: string) => text.slice(text.indexOf('K:')).split('\n').slice(1, -1);
    const redone = generate(['--prime', 'touch.abc', '--redo', '4-6', '--seed', '2']).stdout;
    const [was, is] = [bars(touch), bars(redone)];
    expect(is).toHaveLength(8);
    expect(is.flatMap((bar, place) => (bar === was[place] ? [] : [place + 1]))).toEqual([4, 5, 6]);
    const more = bars(generate(['--prime', '-', '--rows', '3', '--seed', '2'], touch).stdout);
    expect([more.length, more.slice(0, 7)]).toEqual([11, was.slice(0, 7)]);
    expect(bars(generate(['--prime', '-', '--after', '2', '--rows', '3'], touch).stdout)).toHaveLength(5);
  });

  it.each([
    [['--bells', '9'], 'OPTION_VALUE', '--bells takes a number from 4 to 8'],
    [['--key', 'C,H'], 'OPTION_VALUE', '--key takes one of C, D, F, G; it was given "H"'],
    [['--redo', '2'], 'OPTION_VALUE', '--redo takes rows of a touch, and there is none'],
    [['--touch', '2'], 'OPTION_VALUE', '--touch says which touch of a file is meant'],
    [['--after', '2'], 'OPTION_VALUE', '--after is a place in a touch'],
    [['--prime', '-', '--redo', '2', '--bells', '5'], 'OPTION_VALUE', '--bells does not go with --redo'],
    [['--prime', '-'], 'OPTION_VALUE', 'The text is no touch'],
    [['--stream', '--json'], 'OPTION_VALUE', '--stream prints touches'],
    [['--model', 'folk-session'], 'OPTION_UNKNOWN', '--model'],
    [['--midi', 'x'], 'OPTION_UNKNOWN', '--midi'],
  ])('refuses %j with a sentence and a code', (args, code, message) => {
    const { stderr, stdout, status } = generate(args, 'none');
    expect(stderr).toContain(message);
    expect(stderr).toContain(`[${code}]`);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('is not another than the one that was named', () => {
    const { stderr, status } = run(['generate', 'folk', '--plugin', './changes']);
    expect(stderr).toContain('--plugin ./changes is the plugin changes, and folk is another');
    expect(status).toBe(2);
    const { stderr: live } = run(['generate', 'x', '--plugin', pluginFolder(folder, 'plays')]);
    expect(live).toContain('The plugin plays makes no pieces');
  });

  registerChecks(it, changes, { checks: ['descriptor', 'compose'] });
});

const COMPOSE = {
  piece: { one: 'verse', many: 'verses' },
  segment: { one: 'line', many: 'lines' },
  options: { lines: { param: { type: 'int', min: 1, max: 9, default: 4 } } },
  exports: { txt: { ending: 'txt', mediaType: 'text/plain', help: 'Plain text.' } },
  edits: { redo: { label: 'Again', help: 'These lines anew.', takes: 'segments', keeps: 'others' } },
  preview: 'text',
};

/** A plugin that writes verses, but for what is said. */
const verses = (make: string, more = '') => `
  const texts = (text) => text.split('\\n').slice(0, -1);
  const piece = (lines) => ({
    title: 'verse',
    text: lines.map((line) => line + '\\n').join(''),
    segments: lines.map((text, place) => ({ number: place + 1, part: 'A', text })),
  });
  const line = (seed, place) => 'la '.repeat(1 + ((seed * 7 + place) % 5));
  const edited = ({ given: { text, segments }, seed }) =>
    piece(texts(text).map((was, place) => (String(place + 1) === segments ? line(seed, place) : was)));
  const fresh = ({ options, seed }, index) =>
    piece(Array.from({ length: options.lines }, (_, place) => line(seed + index, place)));
  const whole = (request) =>
    Array.from({ length: request.count }, (_, index) => (request.given ? edited(request) : fresh(request, index)));
  export default {
    compose: {
      open: () => ({
        make(request) { ${make} },
        write: ({ text }) => text,
        ${more}
      }),
    },
  };`;

it('is ended by a signal where its code never returns, of several pieces too', async () => {
  const manifest = { extensions: ['compose'], compose: COMPOSE };
  const make = "process.stderr.write('begun\\n'); for (;;);";
  const path = pluginFolder(folder, 'endless', { manifest, code: verses(make) });
  const main = join(root, 'dist', 'cli', 'main.js');
  const args = [
    main,
    'generate',
    'endless',
    '--plugin',
    path,
    '--count',
    '3',
    '--out',
    join(folder, 'verses'),
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    if (said.includes('begun')) break;
  }
  expect(child.kill('SIGINT')).toBe(true);
  expect(await ended).toEqual([null, 'SIGINT']);
  expect(readdirSync(folder)).not.toContain('verses');
});

async function composed(id: string, code: string): Promise<CheckResult> {
  const manifest = { extensions: ['compose'], compose: COMPOSE };
  const path = pluginFolder(folder, id, { manifest, code });
  for await (const result of checkPlugin(path, { checks: ['compose'], patience: 8 })) return result;
  throw new Error('no result');
}

describe('continuo plugin check', () => {
  it('passes a plugin that keeps the contract of pieces', async () => {
    const read = 'read: (text) => piece(texts(text)),';
    expect(await composed('keeps', verses('return whole(request);', read))).toMatchObject({
      outcome: 'passed',
      message: expect.stringContaining('2 verses came again the same'),
    });
  });

  it.each([
    [
      'forgets-seed',
      'return [Math.random(), 1].map((n) => piece([String(n)]));',
      '',
      /depends on the request alone/,
    ],
    [
      'throws',
      "if (request.options.lines === 9) throw new Error('nine'); return whole(request);",
      '',
      /With lines 9: .*nine/,
    ],
    ['too-few', 'return whole(request).slice(1);', '', /made 1 verses of 2/],
    ['misreads', 'return whole(request);', "read: () => piece(['la']),", /read again .* is another/],
    ['miswrites', 'return whole(request);', "write: () => 'la',", /not what the export txt writes/],
    [
      'edits-all',
      'return request.given ? [fresh({ ...request, options: { lines: 4 } }, 1)] : whole(request);',
      '',
      /edit redo of line 3 should leave the line \d/,
    ],
  ])('fails one that %s', async (id, make, more, message) => {
    expect(await composed(id, verses(make, more))).toMatchObject({
      outcome: 'failed',
      message: expect.stringMatching(message),
    });
  });

  it('skips one that makes no pieces', async () => {
    for await (const { outcome } of checkPlugin(pluginFolder(folder, 'player'), { checks: ['compose'] }))
      expect(outcome).toBe('skipped');
  });
});
