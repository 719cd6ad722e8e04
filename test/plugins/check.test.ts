import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  CHECK_NAMES,
  type CheckName,
  type CheckResult,
  checkPlugin,
  registerChecks,
} from '../../dist/plugin-check/index.js';
import { player, pluginFolder } from './plugin-folder.js';

vi.setConfig({ testTimeout: 300_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
const continuo = (...args: string[]) => run(join(root, 'dist', 'cli', 'main.js'), 'plugin', 'check', ...args);

/** A plugin that keeps the contract, but for what is said. */
const plugin = (id: string, code: string) => pluginFolder(folder, id, { code });
const good = plugin('good', player());

async function results(path: string, ...checks: CheckName[]): Promise<CheckResult[]> {
  const all: CheckResult[] = [];
  const options = { seed: 3, sessions: 6, patience: 8, ...(checks.length > 0 && { checks }) };
  for await (const result of checkPlugin(path, options)) all.push(result);
  return all;
}

describe('the plugins of ours keep the contract:', () => {
  const drone = join(folder, 'drone');
  cpSync(join(root, 'examples', 'plugins', 'drone'), drone, { recursive: true });
  run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', drone, '--noCheck');
  registerChecks(it, good, { sessions: 6 });
  registerChecks(it, drone, { sessions: 6 });
  registerChecks(it, 'text', { checks: ['descriptor', 'round-trips', 'decode-any'] });
  registerChecks(it, 'ensemble', { sessions: 6 });
  registerChecks(it, 'drums', { sessions: 4 });
  registerChecks(it, 'folk', { sessions: 6 });
  registerChecks(it, 'piano', { sessions: 6 });
  describe('piano in beats:', () => registerChecks(it, 'piano', { model: 'piano-beats', sessions: 4 }));
});

/** A plugin whose own state counts what it heard, and makes its notes higher by that. */
const learner = ({
  save = '({ heard })',
  load = "if (!Number.isInteger(saved?.heard)) throw new TypeError('no count'); heard = saved.heard;",
} = {}) =>
  player({
    live: `
      state() {
        let heard = 0;
        let all = [];
        return {
          version: 1,
          hear(event) { heard++; all.push(event); },
          save: () => (${save}),
          load(saved) { ${load} },
          get heard() { return heard; },
        };
      },
      grammar: (codec, modelData, state) => ({
        forbid() {},
        bias(logits) { logits[on(73 + state.heard % 12)] += 30; return true; },
      }),`,
  });

/** A codec of ours whose streams do something else. */
const stream = (change: string) =>
  `({ ...codec, stream(...args) { const stream = codec.stream(...args); ${change} return stream; } })`;

describe('a plugin that breaks the contract fails the check that is of it:', () => {
  it.each<[string, CheckName, string, RegExp]>([
    [
      'throws',
      'predict-any',
      player({ feed: "if (token === 5) throw new TypeError('five');" }),
      /TypeError: five \(index\.js:\d+\)/,
    ],
    ['hangs', 'predict-any', player({ feed: 'while (token === 5);' }), /gave no sign of life for 8 s/],
    [
      'grows',
      'predict-any',
      player({ feed: 'if (token === 5) for (const all = [];;) all.push({ ...all });' }),
      /more than 512 MB|gave no sign of life/,
    ],
    [
      'ends-itself',
      'predict-any',
      player({ feed: 'if (token === 5) process.exit(0);' }),
      /ended with status 0/,
    ],
    [
      'nan',
      'predict-any',
      player({ predict: 'if (triggered) logits[7] = Number.NaN;' }),
      /NaN as the logit of token 7/,
    ],
    [
      'out-of-range',
      'round-trips',
      player({
        codec: stream(
          'const { feed } = stream; stream.feed = (event) => [...feed.call(stream, event), 9999];',
        ),
      }),
      /token 9999/,
    ],
    [
      'no-words',
      'round-trips',
      player({
        codec: "({ ...codec, words: (token) => token === 7 ? '' : codec.vocabulary.describe(token) })",
      }),
      /The token 7 of performance-388 is described as ""/,
    ],
    [
      'wordless',
      'round-trips',
      player({ codec: "({ ...codec, words(token) { throw new Error('no words'); } })" }),
      /no words/,
    ],
    [
      'never-ends',
      'notes-end',
      player({ codec: stream('stream.release = () => ({ tokens: [], events: [] });') }),
      /left sounding: \d+/,
    ],
    [
      'not-the-same',
      'determinism',
      player({ predict: 'if (Math.random() < 0.1) logits[SECOND] = 30;' }),
      /the second time/,
    ],
    [
      'not-exact',
      'restore',
      player({
        feed: 'globalThis.fed = (globalThis.fed ?? 0) + 1;',
        predict: 'logits[7] = globalThis.fed / 1000;',
      }),
      /logit/,
    ],
    [
      'keeps-all',
      'allocation',
      player({ feed: 'globalThis.kept = [globalThis.kept, new Float64Array(4000)];' }),
      /of which \d{5,} stay/,
    ],
    [
      'slow',
      'deadline',
      player({ predict: 'for (const end = performance.now() + 14; performance.now() < end; );' }),
      /does not keep up/,
    ],
    ['lossy-state', 'own-state', learner({ save: '({ })', load: '' }), /said something else/],
    ['map-state', 'own-state', learner({ save: '({ heard, all: new Map() })' }), /JSON does not hold/],
    [
      'endless-state',
      'own-state',
      learner({
        save: 'all',
        load: 'if (!Array.isArray(saved)) throw new Error(); all = saved; heard = all.length;',
      }),
      /the host keeps 262144 at most/,
    ],
    [
      'trusting-state',
      'own-state',
      learner({ load: 'heard = saved.heard;' }),
      /given true and took it, the plugin fails/,
    ],
    ['no-code', 'descriptor', 'export default 7;', /PLUGIN_CODE/],
  ])('%s: %s', async (id, check, code, message) => {
    const [result] = await results(plugin(id, code), check);
    expect(result).toMatchObject({ check, outcome: 'failed', message: expect.stringMatching(message) });
  });

  it('and passes where its own state is what the contract asks', async () => {
    const [result] = await results(plugin('learns', learner()), 'own-state');
    expect(result).toMatchObject({ check: 'own-state', outcome: 'passed' });
    expect((await results(good, 'own-state'))[0]).toMatchObject({ outcome: 'skipped' });
  });

  it('and none of the others, where it breaks that alone', async () => {
    const outcomes = await results(
      join(folder, 'never-ends'),
      'descriptor',
      'predict-any',
      'restore',
      'determinism',
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['warned', 'passed', 'passed', 'passed']);
  });

  it('and where it does not load, is asked no more', async () => {
    expect((await results(join(folder, 'no-code'))).map(({ check }) => check)).toEqual(['descriptor']);
  });
});

describe('continuo plugin check', () => {
  const fails = plugin('fails', player({ feed: "if (token === TRIGGER) throw new Error('that key');" }));

  it('says what it found, ends with 0 where nothing fails, and gives JSON', () => {
    const { status, stdout } = continuo(good, '--only', 'descriptor,restore', '--json');
    expect(status).toBe(0);
    const said = JSON.parse(stdout) as { ok: boolean; results: readonly CheckResult[] };
    expect(said).toMatchObject({ plugin: 'good', version: '1.0.0', ok: true });
    expect(said.results.map(({ check }) => check)).toEqual(['descriptor', 'restore']);
    expect(continuo('--help').stdout).toContain(CHECK_NAMES.join(', '));
  });

  it('finds a session in which a plugin fails, makes it short, and plays it again', () => {
    const { status, stdout } = continuo(fails, '--only', 'fuzz', '--sessions', '200');
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('FAILED   fuzz         It threw Error: that key'),
    ]);
    const [, named] = /--reproduce (\d+\.\d+)/.exec(stdout)!;
    const again = continuo(fails, '--reproduce', named!);
    const steps = again.stdout.split('\n').filter((line) => / s {2}/.test(line));
    expect(again.status).toBe(1);
    expect(again.stdout).toContain('that key');
    // Of up to forty moves few are needed.
    expect(steps.length).toBeLessThan(12);
    expect(steps.length).toBeGreaterThan(0);
    expect(continuo(good, '--reproduce', named!).status).toBe(0);
  });

  it('names the session in which a plugin hangs', () => {
    const hangs = plugin('hangs-late', player({ feed: 'while (token === TRIGGER);' }));
    const { status, stdout } = continuo(hangs, '--only', 'fuzz', '--sessions', '200', '--patience', '5');
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(/no sign of life for 5 s.*\n.*--reproduce 1\.\d+/),
    ]);
  });

  it.each([
    ['--only', 'swing'],
    ['--reproduce', 'first'],
    ['--sessions', '0'],
  ])('refuses %s %s', (...args) => {
    const { status, stderr } = continuo(good, ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining('[OPTION_VALUE]')]);
  });
});
