/**
 * Takes the pictures of the README in Chromium, from the built program: after the panel or a bundled model has changed.
 *
 *     npm run build && node scripts/pictures.mjs [FOLDER]     (default: docs; CONTINUO_CHROMIUM names another browser)
 *
 * Take them while the machine has nothing else to do: a late key is a late note.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = process.argv[2] ?? fileURLToPath(new URL('../docs', import.meta.url));
const executablePath = [
  process.env.CONTINUO_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path));

/** Keys of the computer's keyboard for one note after the other; more than one letter are keys held together. */
const PHRASE = ['ag', 'd', 'g', 'k', 'd', 'j', 'g', 'h', 'df', 'fs', 'd', 'g', 'f', 'ad', 'as'];
/** Two bars of a reel in D, in eighths. */
const REEL = [...'sthtlojh', ...'hjolthts'];

/** The panel: a phrase in C, and the network in the middle of its answer. */
async function panel(page) {
  await page.getByRole('button', { name: 'Start' }).click();
  await play(page, PHRASE, 220);
  await answering(page);
  await pause(1800);
}

/** The Tune drawer in a jam: player and network in turn, two bars each. */
async function jam(page) {
  const steering = page.getByRole('complementary', { name: 'Steering' });
  await steering.getByLabel('Plugin').selectOption('folk');
  await steering.locator('[data-param=key] select').selectOption('D');
  await steering.locator('[data-param=type] select').selectOption('reel');
  await steering.getByLabel('Tempo, typed').fill('120');
  await steering.getByLabel('Tempo, typed').press('Enter');
  await page.getByRole('button', { name: 'Tune' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  for (let turn = 0; turn < 3; turn++) {
    if (turn > 0) await page.getByRole('status').getByText('Your turn').waitFor();
    await play(page, REEL, 250);
    await answering(page);
  }
  await pause(2500);
}

/** The Tune drawer: a reel whose bars 7 and 8 were made anew, and two other tunes in the book. */
async function tune(page) {
  await page.getByRole('button', { name: 'Tune' }).click();
  const drawer = page.getByRole('region', { name: 'Tune', exact: true });
  const button = (name) => drawer.getByRole('button', { name, exact: true });
  const requests = [
    ['jig', 'G', 12],
    ['hornpipe', 'D', 3],
    ['reel', 'Ador', 5],
  ];
  for (const [index, [type, key, seed]] of requests.entries()) {
    await drawer.getByLabel('Type').selectOption(type);
    await drawer.getByLabel('Key').fill(key);
    await drawer.getByLabel('Seed').fill(String(seed));
    await button('Make').click();
    await drawer.getByRole('listitem').nth(index).waitFor();
  }
  await button('Bar 7, part A').click();
  await button('Bar 8, part A').click();
  await button('Make these anew').click();
  await drawer.getByRole('heading', { name: 'made anew in part' }).waitFor();
  await button('Bar 8, part A').waitFor();
  await page.mouse.move(0, 0);
  await drawer.evaluate((element) => element.scrollTo(0, 0));
}

/** Presses keys, one every `every` milliseconds by the clock, each held for most of that. */
async function play(page, keys, every) {
  const began = performance.now();
  for (const [index, together] of keys.entries()) {
    await pause(Math.max(0, began + index * every - performance.now()));
    for (const key of together) await page.keyboard.down(key);
    await pause(Math.max(0, began + (index + 0.85) * every - performance.now()));
    for (const key of together) await page.keyboard.up(key);
  }
}

const answering = (page) => page.getByRole('status').getByText('Answering').waitFor();

const pictures = [
  { name: 'panel', take: panel, height: 800, colorScheme: 'dark' },
  // Before the jam, whose notes would stand above the tune.
  { name: 'tune', take: tune, height: 1040, colorScheme: 'light' },
  { name: 'jam', take: jam, height: 800, colorScheme: 'light' },
];

if (!executablePath) throw new Error('No Chromium was found: CONTINUO_CHROMIUM names one.');
const takes = mkdtempSync(join(tmpdir(), 'continuo-pictures-'));
const args = ['start', '--port', '0', '--no-open', '--takes', takes, '--seed', '7'];
const host = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = new Promise((resolve) => host.once('exit', resolve));
const browser = await chromium.launch({
  executablePath,
  args: ['--headless', '--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
});
try {
  const address = await new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`the host ended with ${code}`)));
    createInterface({ input: host.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line);
      if (found) resolve(found[0]);
    });
  });
  for (const { name, take, height, colorScheme } of pictures) {
    const context = await browser.newContext({ viewport: { width: 1280, height }, colorScheme });
    const page = await context.newPage();
    await page.goto(address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await take(page);
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path });
    console.log(path);
    if (name !== 'tune') await page.getByRole('button', { name: 'Stop' }).click();
    await context.close();
  }
} finally {
  await browser.close();
  host.kill();
  await ended;
  rmSync(takes, { recursive: true });
}
