import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import { describeWith } from '../requires.js';
import { type Host, startHost } from './host.js';

const takes = mkdtempSync(join(tmpdir(), 'continuo-network-'));
let host: Host;
/** The host by another address than that which it prints first, as if from elsewhere. */
let elsewhere: URL;

/** The address without the session that it names. */
const withoutSession = (url: string) => url.replace(/#session=\w+$/, '');

beforeAll(async () => {
  host = await startHost(takes, '0', '--host', '0.0.0.0');
  elsewhere = new URL(host.address);
  elsewhere.hostname = '127.0.0.2';
});
afterAll(async () => {
  await host.stop();
  rmSync(takes, { recursive: true });
});

describe('the program on all networks', () => {
  it('prints a link for each, warns, and prints the token nowhere else', async () => {
    const token = elsewhere.searchParams.get('token')!;
    const links = host.printed().match(/http:\/\/\S+/g)!;
    const cards = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
    const wanted = cards.filter(({ internal, family }) => !internal && family === 'IPv4');
    expect(links.map((link) => new URL(link).hostname).sort()).toEqual(
      ['127.0.0.1', ...wanted.map(({ address }) => address)].sort(),
    );
    if (wanted.length > 0) await expect.poll(() => host.printed()).toContain('not encrypted');
    expect(host.printed().split(token)).toHaveLength(links.length + 1);
  });

  it('gives a session to who has the token alone', async () => {
    const authorization = `Bearer ${elsewhere.searchParams.get('token')}`;
    const clean = new URL('/', elsewhere).href;
    await expect(PanelClient.connect(clean)).rejects.toThrow('401');
    await expect(PanelClient.connect(clean, { host: 'localhost:1' })).rejects.toThrow('403');
    expect((await fetch(clean)).status).toBe(401);
    const client = await PanelClient.connect(clean, { authorization });
    client.say({ type: 'hello', version: 2 });
    expect((await client.next('welcome')).description.phase).toBe('stopped');
    client.socket.terminate();
  });
});

describeWith('Chromium', 'the panel from elsewhere', (executablePath) => {
  let browser: Browser;
  beforeAll(async () => {
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
    ];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(() => browser?.close());

  it('comes by the link, leaves the token out of the address, and comes again without it', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(elsewhere.href);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    expect(withoutSession(page.url())).toBe(new URL('/', elsewhere).href);
    await page.reload();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: `continuo-${elsewhere.port}`, httpOnly: true, sameSite: 'Strict' });
    await page.context().close();
  });

  it('comes by a link on another site’s page too, where the browser holds the cookie back at first', async () => {
    const other = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<a href="${elsewhere.href}">Play with me</a>`);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const page = await (await browser.newContext()).newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).search));
    try {
      await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
      await page.getByText('Play with me').click();
      await page.locator('continuo-app[data-connected=true]').waitFor();
      expect(withoutSession(page.url())).toBe(new URL('/', elsewhere).href);
      expect(asked).toContain('?again');
    } finally {
      await page.context().close();
      other.close();
    }
  });

  it('is told what to do where the host was started anew, with another token', async () => {
    const first = await startHost(takes, '0', '--host', '0.0.0.0');
    const link = new URL(first.address);
    link.hostname = '127.0.0.2';
    const page = await (await browser.newContext()).newPage();
    await page.goto(link.href);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    await first.stop();
    const second = await startHost(takes, link.port, '--host', '0.0.0.0');
    try {
      await page.getByText('That is not the token of this Continuo').waitFor();
      link.searchParams.set('token', new URL(second.address).searchParams.get('token')!);
      await page.goto(link.href);
      await page.locator('continuo-app[data-connected=true]').waitFor();
    } finally {
      await page.context().close();
      await second.stop();
    }
  });

  it('is told what to do where it comes without the link', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(new URL('/', elsewhere).href);
    await page.waitForURL(/again/);
    expect(await page.locator('body').textContent()).toContain('Open the link that it printed');
    await page.context().close();
  });
});
