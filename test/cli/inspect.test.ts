import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { FOLDERS } from '../../dist/host/folders.js';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { takesIn } from '../takes-in.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tunes = join(FOLDERS.datasets, 'tunes', 'tunes.abc');
const etude = join(FOLDERS.datasets, 'etudes', 'alberti-c-minor.mid');

function continuo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Runs inspect with a page; returns what it says and the page. */
function inspect(name: string, ...args: string[]) {
  const page = join(folder, `${name}.html`);
  const { status, stdout, stderr } = continuo(
    'inspect',
    ...args,
    '--shuffles',
    '19',
    '--json',
    '--html',
    page,
  );
  expect(status, stderr).toBe(0);
  const text = readFileSync(page, 'utf8');
  expect(text.replace(/data:image\/png;base64,[^"]*/g, '')).not.toMatch(
    /<script|<link|<img|https?:|url\(|@import|NaN|undefined/,
  );
  return { said: JSON.parse(stdout), text };
}

describe('continuo inspect', { timeout: 60_000 }, () => {
  it('of a tune: tokens as ABC, what each cost, and units that know where in the bar they are', () => {
    const { said, text } = inspect('tune', tunes, '--unit', '2:7');
    expect(said).toMatchObject({
      title: 'Twinkle, Twinkle, Little Star',
      plugin: 'folk',
      model: 'folk-session',
    });
    expect(said.tokens.slice(0, 4).map(({ words }: { words: string }) => words)).toEqual([
      'M:4/4',
      'K:Cmaj',
      'C',
      '2',
    ]);
    const mean =
      said.tokens.reduce((sum: number, { nats }: { nats: number }) => sum + nats, 0) / said.tokens.length;
    expect(said.natsPerToken).toBeCloseTo(mean, 9);
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(2);
    for (const { choices } of said.tokens) {
      const shares = choices.map(({ probability }: { probability: number }) => probability);
      expect(shares).toEqual(shares.toSorted((a: number, b: number) => b - a));
    }
    const bar = said.knowledge.find(({ feature }: { feature: string }) =>
      /position in the bar/.test(feature),
    );
    expect(bar.above).toBeGreaterThan(0);
    expect(bar.units[0].explained).toBeGreaterThan(bar.threshold);
    expect(text.match(/<figure class="heat"/g)).toHaveLength(said.layers.length);
    expect(text).toContain('Unit 2:7');
  });

  it('of another tune of the book, with another model', () => {
    const { said } = inspect('second', tunes, '--number', '2', '--model', 'folk-plan', '--most', '60');
    expect(said).toMatchObject({ title: 'Frere Jacques', model: 'folk-plan' });
    expect(said.tokens).toHaveLength(60);
    expect(said.length).toBeGreaterThan(60);
    // What the plan says again before each bar is told, and costs nothing.
    const told = said.tokens.filter(({ nats }: { nats: number | null }) => nats === null);
    expect(told.length).toBeGreaterThan(5);
    expect(told[0].words).toMatch(/^\{/);
    expect(said.natsPerToken).toBeLessThan(2);
  });

  it('of a MIDI file: notes in words', () => {
    const { said } = inspect('etude', etude, '--most', '200');
    expect(said).toMatchObject({ plugin: 'piano', model: 'piano-pop', text: false });
    expect(said.tokens[0].words).toMatch(/^[A-G]#?\d on, velocity \d+-\d+$/);
    expect(said.knowledge.map(({ feature }: { feature: string }) => feature)).toContain('notes held');
  });

  it('of a take: whose tokens they are', async () => {
    const takes = join(folder, 'takes');
    const setup = {
      plugin: 'piano',
      model: 'piano-pop-start',
      engine: 'kernel',
      precision: 'int8',
      seed: 3,
    } as const;
    const session = await LiveSession.open({ ...setup, mode: 'solo', takes });
    session.command({ type: 'start' });
    await setTimeout(2500);
    await session.close();
    const { said } = inspect('take', join(takes, takesIn(takes)[0]!));
    expect(said).toMatchObject({ plugin: 'piano', model: 'piano-pop-start', codec: 'performance-388' });
    const makers = said.tokens.map(({ maker }: { maker: string }) => maker);
    expect(makers.filter((maker: string) => maker === 'model').length).toBeGreaterThan(10);
    expect(said.natsByMaker.model).toBeGreaterThan(0);
  });

  it('of a text: the text itself, whole, and units that know where in the line they are', () => {
    const [file, model] = [join(folder, 'verses.txt'), join(folder, 'model')];
    writeFileSync(file, Array.from({ length: 60 }, (_, line) => `abab abab ${line % 10}\n`).join(''));
    const small = ['--units', '16', '--layers', '1', '--embedding', '8', '--epochs', '20', '--rate', '0.03'];
    const { status, stderr } = continuo(
      'train',
      'text',
      file,
      '--out',
      model,
      ...small,
      '--batch',
      '4',
      '--window',
      '16',
    );
    expect(status, stderr).toBe(0);
    const { said, text } = inspect('text', file, '--model', model);
    expect(said).toMatchObject({ title: 'verses.txt', text: true, length: 720 });
    expect(
      said.tokens
        .slice(0, 10)
        .map(({ words }: { words: string }) => words)
        .join(''),
    ).toBe('abab abab ');
    const line = said.knowledge.find(({ feature }: { feature: string }) => feature === 'place in the line');
    expect(line.units[0].explained).toBeGreaterThan(0.5);
    expect(line.above).toBeGreaterThan(0);
    expect(text).toContain('piece text');
  });

  it.each([
    [[join(folder, 'nothing.mid')], 'FILE_READ', /nothing\.mid/],
    [[etude, '--model', 'folk-session'], 'OPTION_VALUE', /Expected ABC tunes/],
    [[etude, '--model', 'piano-beats'], 'OPTION_VALUE', /needs beats/],
    [[tunes, '--number', '99'], 'OPTION_VALUE', /no number 99/],
    [[tunes, '--unit', '5:1'], 'OPTION_VALUE', /has no unit 5:1/],
    [[tunes, '--unit', 'x'], 'OPTION_VALUE', /--unit takes layer and unit/],
    [[folder], 'OPTION_VALUE', /folder without a take/],
    [[tunes, '--html', join(folder, 'no', 'page.html')], 'FILE_WRITE', /page\.html/],
  ])('refuses %j', (args, code, words) => {
    const { status, stderr } = continuo('inspect', ...args);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(words);
    expect(stderr).toContain(`[${code}]`);
  });

  it('asks for a model where the plugin has none of its own', () => {
    const text = join(folder, 'poem.txt');
    mkdirSync(folder, { recursive: true });
    writeFileSync(text, 'a poem\n'.repeat(50));
    const { stderr } = continuo('inspect', text);
    expect(stderr).toMatch(
      /--model is missing: the plugin text has no model here[\s\S]*continuo train text FILE/,
    );
  });
});
