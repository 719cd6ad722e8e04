import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tiny = ['--units', '6', '--lags', '8', '--longest-wait', '4', '--rate', '0.03', '--sample', '30'];

function continuo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr!.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stderr };
}

describe('continuo compare cells', { timeout: 90_000 }, () => {
  it('trains every cell on the tunes that come with it, and writes figures and a page that needs nothing else', () => {
    const page = join(folder, 'page.html');
    const { status, stdout, stderr } = continuo(
      ...[
        'compare',
        'cells',
        ...tiny,
        '--layers',
        '1',
        '--steps',
        '6',
        '--probe-steps',
        '3',
        '--json',
        '--html',
        page,
      ],
    );
    expect(status, stderr).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^vanilla RNN, 1 layer: .* nats a token held out/),
      expect.stringMatching(/^GRU, 1 layer: /),
      expect.stringMatching(/^LSTM, 1 layer: /),
    ]);
    const { networks, corpus, options } = JSON.parse(stdout);
    expect(corpus).toBe('tunes');
    expect(options).toMatchObject({ seed: 1, steps: 6, cells: ['rnn', 'gru', 'lstm'] });
    expect(networks.map(({ name }: { name: string }) => name)).toEqual(['rnn-1', 'gru-1', 'lstm-1']);
    for (const { natsPerToken, curve } of networks) {
      // 403 kinds of token: knowing nothing costs ln 403, their frequencies alone a good deal less.
      expect(curve[0].natsPerToken).toBeLessThan(0.65 * Math.log(403));
      expect(natsPerToken).toBeLessThanOrEqual(curve[0].natsPerToken);
    }
    const text = readFileSync(page, 'utf8');
    expect(text).not.toMatch(/<script|<link|<img|https?:|url\(|@import|NaN|undefined/);
    expect(text).toContain('What one should not conclude');
  });

  it('stopped with Ctrl-C leaves nothing half made, says what is there, and goes on from it', async () => {
    const [out, page] = [join(folder, 'models'), join(folder, 'stopped.html')];
    const args = [
      'compare',
      'cells',
      ...tiny,
      '--cells',
      'rnn',
      '--probe-steps',
      '0',
      '--out',
      out,
      '--html',
      page,
    ];
    const child = spawn(process.execPath, [main, ...args, '--steps', '200', '--layers', '1,4']);
    const end = ended(child);
    while (!existsSync(join(out, 'rnn-1', 'cells.json'))) {
      expect(child.exitCode).toBe(null);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Stopped: 1 of 2 networks are in .*models; the same command goes on from there/);
    expect(readdirSync(out)).toEqual(['rnn-1']);
    expect(existsSync(page)).toBe(false);
    const before = readFileSync(join(out, 'rnn-1', 'cells.json'), 'utf8');

    const other = continuo(...args, '--steps', '2', '--layers', '1,4');
    expect(other.status).toBe(1);
    expect(other.stderr).toMatch(/--replace[\s\S]*TRAINING_OTHER/);
    const again = continuo(...args, '--steps', '200', '--layers', '1');
    expect(again.status, again.stderr).toBe(0);
    expect(again.stdout).toMatch(/vanilla RNN, 1 layer/);
    expect(readFileSync(join(out, 'rnn-1', 'cells.json'), 'utf8')).toBe(before);
    expect(existsSync(page)).toBe(true);
  });

  it.each([
    [['--cells', 'rnn,transformer'], 'OPTION_VALUE', /--cells takes a list of rnn, gru, lstm/],
    [['--layers', '9'], 'OPTION_VALUE', /--layers takes a list/],
    [['--steps', '0'], 'OPTION_VALUE', /--steps/],
    [['--on', join(folder, 'nowhere')], 'FILE_READ', /nowhere/],
    [['--html', join(folder, 'no', 'page.html')], 'FILE_WRITE', /page\.html/],
  ])('refuses %j', (args, code, words) => {
    const { status, stderr } = continuo('compare', 'cells', ...args);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(words);
    expect(stderr).toContain(code);
    expect(stderr).not.toMatch(/ at .*\.js:\d+/);
  });
});
