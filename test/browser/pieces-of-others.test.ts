/// <reference lib="dom" />
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { composingPlugin } from '../plugins/composing-plugin.js';
import { describeWith } from '../requires.js';
import { book, drawer, eventually, panelTests } from './drawer.js';
import { program, startHostIn } from './host.js';

const BELLS = 'Hand-rung touch';

describeWith('Chromium', 'pieces of other plugins, in a real browser on the real host', (executablePath) => {
  const panel = panelTests(executablePath);
  const project = mkdtempSync(join(tmpdir(), 'continuo-project-'));
  composingPlugin(join(project, 'plugins'), 'bells');
  afterAll(() => rmSync(project, { recursive: true }));

  const inDrawer = (page: Page, piece: string) => ({
    button: (name: string) => drawer(page, piece).getByRole('button', { name, exact: true }),
    field: (name: string) =>
      drawer(page, piece).locator('continuo-piece-form:not([hidden])').getByLabel(name),
    choose: (name: string) => drawer(page, piece).getByLabel('What makes it').selectOption({ label: name }),
    heading: (name: string) => drawer(page, piece).getByRole('heading', { name, exact: true }),
  });

  it('have a form, edits and downloads of their own, made from what the plugin says of them', async () => {
    const host = await panel.own(startHostIn(project, panel.takes));
    const page = await panel.open({ at: host });
    await page.keyboard.press('b');
    await inDrawer(page, 'Tune').choose('The bells');
    const { button, field, heading, choose } = inDrawer(page, BELLS);
    await page.getByRole('button', { name: 'Piece', exact: true }).waitFor();
    const names = await drawer(page, BELLS)
      .locator('continuo-piece-form:not([hidden]) [name]')
      .evaluateAll((fields) => fields.map((field) => field.getAttribute('name')));
    expect(names).toEqual([
      'bells',
      'rows',
      'key',
      'stayHome',
      'treble',
      'by',
      'name',
      '-seed',
      'muffled',
      'slowly',
    ]);
    expect(await field('Treble').locator('option').first().textContent()).toContain('C4');
    expect(await field('Rung by').inputValue()).toBe('');
    // What does not fit is seen before anything is sent.
    await field('Bells').fill('9');
    await button('Make').click();
    expect(await field('Bells').evaluate((input: HTMLInputElement) => input.validity.rangeOverflow)).toBe(
      true,
    );
    await field('Bells').fill('4');
    await field('Rows').fill('2');
    await field('Rung by').selectOption('rope');
    await field('Name').fill('Evening');
    await button('Make').click();
    await heading('Evening').waitFor();
    await drawer(page, BELLS)
      .getByText(/^Seed \d+\. Rung by rope\..*"slowly":0\.3.*The tower is cold\.$/)
      .waitFor();
    const bars = async () => {
      const abc = await drawer(page, BELLS).getByLabel('as ABC').textContent();
      return abc!.slice(abc!.indexOf('K:D') + 3).match(/[A-G]+/g);
    };
    const first = (await bars())![1]!;
    expect(await bars()).toEqual(['GFED', expect.stringMatching(/^[D-G]{4}$/)]);
    // Rows are touched in the notation.
    await button('Row 2, part A').click();
    expect(await drawer(page, BELLS).getByLabel('Rows', { exact: true }).last().inputValue()).toBe('2');
    await button('Ring these anew').click();
    await eventually(bars).not.toContain(first);
    const [rounds, second] = (await bars())!;
    expect(rounds).toBe('GFED');
    await button('Backwards').click();
    await eventually(bars).toEqual([second, rounds]);
    await button('Undo').click();
    await eventually(bars).toEqual([rounds, second]);
    const bells = [rounds!, second!].map((bar) => [...bar].map((letter) => 'GFED'.indexOf(letter) + 1));
    for (const [ending, content] of [
      ['txt', bells.map((row) => `${row.join('')}\n`).join('')],
      ['bin', String.fromCharCode(...bells.flat())],
    ] as const) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        button(`Download .${ending}`).click(),
      ]);
      expect(file.suggestedFilename()).toBe(`evening.${ending}`);
      expect(readFileSync(await file.path(), 'latin1')).toBe(content);
    }
    await button('▶ Play the hand-rung touch').click();
    await button('■ Stop the hand-rung touch').click();
    // The other plugin's work is where it was; this one's form and piece are, too.
    await choose('Folk tunes');
    await drawer(page).getByRole('heading', { name: 'Tunebook' }).waitFor();
    expect(await inDrawer(page, 'Tune').field('Form').inputValue()).toBe('AABB');
    expect(await drawer(page).getByLabel('as ABC').count()).toBe(0);
    await page.reload();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await page.keyboard.press('b');
    await inDrawer(page, 'Tune').choose('The bells');
    // It was open last; the plugin reads no pieces, and the host remembers those that it made.
    await heading('Evening').waitFor();
    await button('Row 2, part A').waitFor();
  });

  it('that are texts grow, are gone on from and kept; without a model, that is said', async () => {
    const data = join(project, 'data');
    const models = ['continuo', 'continuo-nodejs'].map((name) => join(data, name, 'models'));
    const file = join(project, 'verses.txt');
    writeFileSync(file, Array.from({ length: 60 }, (_, line) => `abab abab ${line % 10}\n`).join(''));
    const host = await panel.own(startHostIn(project, panel.takes));
    const page = await panel.open({ at: host });
    await page.keyboard.press('b');
    await inDrawer(page, 'Tune').choose('Text');
    await drawer(page, 'Text').getByRole('note').getByText('continuo train text FILE').waitFor();
    expect(await inDrawer(page, 'Text').button('Make').isDisabled()).toBe(true);
    await page.close();
    await host.stop();

    const small = '--units 16 --layers 1 --embedding 8 --epochs 6 --rate 0.03 --batch 4 --window 16';
    const [out, other] = models.map((folder) => join(folder, 'text'));
    mkdirSync(models[0]!, { recursive: true });
    const args = ['train', 'text', file, '--out', out!, ...small.split(' '), '--licence', 'CC0', '--json'];
    expect(spawnSync(process.execPath, [program, ...args]).status).toBe(0);
    mkdirSync(models[1]!, { recursive: true });
    cpSync(out!, other!, { recursive: true });
    process.env.XDG_DATA_HOME = data;
    const starting = startHostIn(project, panel.takes).finally(() => delete process.env.XDG_DATA_HOME);
    const again = await panel.open({ at: await panel.own(starting) });
    await again.keyboard.press('b');
    await inDrawer(again, 'Tune').choose('Text');
    const { button, field } = inDrawer(again, 'Text');
    const text = () => drawer(again, 'Text').getByLabel('The text').textContent();
    expect(await drawer(again, 'Text').getByRole('button', { name: 'Play' }).count()).toBe(0);
    await field('Length').fill('3000');
    await button('Make').click();
    await eventually(async () => (await text())?.length ?? 0).toBeGreaterThan(0);
    await eventually(async () => (await text())?.length).toBe(3000);
    await field('Length').fill('40');
    const first = (await text())!;
    await button('Go on from here').click();
    await eventually(async () => (await text())?.length).toBe(3040);
    expect((await text())!.startsWith(first)).toBe(true);
    await drawer(again, 'Text').getByText('A text of your own').click();
    await drawer(again, 'Text').getByRole('textbox', { name: 'A text of your own' }).fill('abab 1');
    await button('Open').click();
    await eventually(text).toBe('abab 1');
    await drawer(again, 'Text').getByRole('heading', { name: 'Your texts' }).waitFor();
    const books = drawer(again, 'Text').getByRole('region', { name: 'Book' });
    expect(await books.getByRole('listitem').count()).toBe(2);
    // A character that the model does not know is said.
    await drawer(again, 'Text').getByRole('textbox', { name: 'A text of your own' }).fill('ξ');
    await button('Open').click();
    await drawer(again, 'Text').getByRole('alert').getByText('ξ').waitFor();
    await inDrawer(again, 'Text').choose('Folk tunes');
    expect(await book(again).getByRole('listitem').count()).toBe(0);
  });
});
