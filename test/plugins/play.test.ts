import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { takesIn } from '../takes-in.js';
import { isTrouble, Played, type Trouble, wait } from './played.js';
import { player, pluginFolder } from './plugin-folder.js';

vi.setConfig({ testTimeout: 120_000 });

const parent = mkdtempSync(join(tmpdir(), 'continuo-plugins-'));
afterAll(() => rmSync(parent, { recursive: true }));

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Whether a take was played by a plugin that predicts by itself. */
const ownTokens = (take: string) => readFileSync(join(take, 'take.jsonl'), 'utf8').includes('"model":null');

describe('a plugin without a network', () => {
  it('answers, is offered in the list, and its take plays again token for token', async () => {
    const takes = join(parent, 'takes');
    const played = await Played.open(pluginFolder(parent, 'well'), takes);
    const { plugin, plugins, model, models } = played.session.describe();
    expect([plugin.id, model.id, models.length]).toEqual(['well', 'none', 1]);
    expect(plugins.map(({ id }) => id)).toEqual(expect.arrayContaining(['well', 'piano', 'folk']));
    await played.ask(60);
    await played.session.load({ plugin: 'piano' });
    expect(played.session.describe().plugin.id).toBe('piano');
    await played.session.load({ plugin: 'well' });
    expect(played.session.describe().model.id).toBe('none');
    await played.ask(62);
    expect(played.sounding).toBe(0);
    await played.session.close();
    const takesOfIt = takesIn(takes).filter((name) => ownTokens(join(takes, name)));
    expect(takesOfIt.length).toBe(2);
    for (const name of takesOfIt) {
      const { status, stdout } = spawnSync(process.execPath, [main, 'replay', join(takes, name), '--json'], {
        encoding: 'utf8',
      });
      expect([status, JSON.parse(stdout).same]).toEqual([0, true]);
    }
  });
});

describe('a plugin that', () => {
  const silence =
    '({ ...codec, stream: (time) => { const one = codec.stream(time); one.open = () => []; return one; } })';

  it.each([
    ['throws', { feed: "if (triggered) throw new Error('boo')" }, 'PLUGIN_FAILED', 'boo'],
    ['hangs', { feed: 'while (triggered);' }, 'PLUGIN_HUNG', 'does not return'],
    ['gives-nan', { predict: 'if (triggered) logits[7] = NaN' }, 'PLUGIN_FAILED', 'NaN'],
    [
      'grows',
      { feed: 'if (triggered) (globalThis.all ??= []).push(new Uint8Array(200e6))' },
      'PLUGIN_FAILED',
      'memory',
    ],
    [
      'lies about its tokens',
      {
        codec:
          '({ ...codec, stream: (time) => { const one = codec.stream(time); const feed = one.feed.bind(one); one.feed = (event) => event.pitch === 100 ? [999] : feed(event); return one; } })',
      },
      'PLUGIN_FAILED',
      '999',
    ],
    [
      'lies about its notes',
      {
        codec:
          '({ ...codec, stream: (time) => { const one = codec.stream(time); const accept = one.accept.bind(one); one.accept = (token) => accept(token).map((event) => globalThis.bad ? { ...event, pitch: 300 } : event); return one; } })',
        feed: 'if (triggered) globalThis.bad = true',
      },
      'PLUGIN_FAILED',
      '300',
    ],
  ])('%s is named, and another of it plays on', async (name, wrong, code, words) => {
    const folder = pluginFolder(parent, name.replaceAll(' ', '-'), { code: player(wrong) });
    const played = await Played.open(folder);
    await played.ask(60);
    const hands = played.session.hands();
    const told = played.until(isTrouble);
    const began = performance.now();
    hands.play({ type: 'noteOn', pitch: 100, velocity: 80 });
    await wait(0.05);
    hands.play({ type: 'noteOff', pitch: 100 });
    const { code: said, message } = (await told) as Trouble;
    const seconds = (performance.now() - began) / 1000;
    expect([said, message]).toEqual([code, expect.stringContaining(`The ${name.replaceAll(' ', '-')}`)]);
    expect(message).toContain(words);
    // Seen within a second (watchdog.test.ts); a machine without time for it tells it later.
    if (code === 'PLUGIN_HUNG') expect(seconds).toBeLessThan(10);
    expect(played.sounding).toBe(0);
    await played.until((event) => event.type === 'phase' && event.phase === 'waiting');
    await played.askAgain(62);
    await played.session.close();
  });

  it('never ends its notes has them ended with its turn', async () => {
    const folder = pluginFolder(parent, 'never-ends', {
      code: player({
        predict: 'logits.fill(-20); logits[last === on(72) ? SECOND : on(72)] = 20',
        codec: silence,
      }),
    });
    const played = await Played.open(folder);
    await played.ask(60);
    expect(played.sounding).toBe(0);
    await played.session.close();
  });
});
