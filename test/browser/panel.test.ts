/// <reference lib="dom" />
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { type Host, program, replayed, startHost } from './host.js';
import { app, modelNotes, notesOf, pixels, playPhrase } from './page.js';

/** Polls as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

/** Pixels: width, height, and the least height of the roll. Telephones, tablets, desks, and these at 200 and 400 %. */
const SCREENS = [
  [320, 256, 110],
  [320, 568, 200],
  [568, 320, 110],
  [640, 400, 180],
  [667, 375, 160],
  [740, 360, 140],
  [844, 390, 170],
  [960, 540, 240],
  [390, 844, 400],
  [721, 560, 230],
  [768, 1024, 400],
  [1280, 400, 150],
  [1280, 800, 400],
  [1920, 1080, 400],
] as const;

/** Whether a finger on its middle, or near its corners, meets the button and nothing else. */
function isUncovered(button: Element): boolean {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const places = [left + 6, (left + right) / 2, right - 6].flatMap((x) =>
    [top + 6, (top + bottom) / 2, bottom - 6].map((y) => [x, y] as const),
  );
  return places.every(([x, y]) => {
    const met = (button.getRootNode() as ShadowRoot).elementFromPoint(x, y);
    return met !== null && button.contains(met);
  });
}

describeWith('Chromium', 'the panel in a real browser, on the real host', (executablePath) => {
  let takes: string;
  let host: Host;
  let browser: Browser;
  let troubles: string[];

  beforeAll(async () => {
    expect(existsSync(program), 'dist/ must be built: npm run build').toBe(true);
    takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    args.push('--disable-component-update', '--autoplay-policy=no-user-gesture-required');
    browser = await chromium.launch({ executablePath, args });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(takes, { recursive: true, force: true });
  });

  beforeEach(async () => {
    troubles = [];
    host = await startHost(takes);
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await host.stop();
    expect(troubles).toEqual([]);
  });

  /** `before` runs in the page before its own scripts. */
  async function open(options: BrowserContextOptions = {}, before = () => {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      // A host that is gone is part of what is tested.
      if (message.type() === 'error' && !message.text().includes('WebSocket')) troubles.push(message.text());
    });
    await page.addInitScript(before);
    await page.goto(host.address);
    await page.locator('continuo-app[data-connected=true]').waitFor();
    return page;
  }

  it('answers a phrase, which is seen and heard, until all is off', async () => {
    const page = await open();
    await page.getByText('Play: keys').waitFor();
    await page.getByRole('status').getByText('Ready').waitFor();
    // The first note starts it, and the words stay until the answer is heard.
    await page.keyboard.press('a', { delay: 90 });
    await page.locator('continuo-app[data-phase=listening]').waitFor();
    await page.getByText('When you pause, the model answers.').waitFor();
    for (const key of ['d', 'g', 'k', 'g', 'd']) await page.keyboard.press(key, { delay: 90 });
    await page.getByRole('status').getByText('Answering').waitFor();
    await eventually(() => modelNotes(page)).toBeGreaterThan(3);
    await page.getByText('When you pause').waitFor({ state: 'detached' });
    const played = await app(page, ({ notes }) => notes.filter(({ voice }) => voice === 'player'));
    expect(played.map(({ pitch }) => pitch)).toEqual([60, 64, 67, 72, 67, 64]);
    for (const { start, end } of played) expect(end).toBeGreaterThan(start);

    await eventually(() => pixels(page, 'model')).toSatisfy(({ past }) => past > 50);
    expect((await pixels(page, 'player')).past).toBeGreaterThan(50);
    expect((await pixels(page, 'player')).ahead).toBe(0);
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.005);

    await page.keyboard.press('q');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    // The panel's own sound ends with the key; the notes on the roll end when the host has said so.
    await eventually(() =>
      app(page, ({ notes }) => notes.filter(({ end }) => end === undefined).length),
    ).toBe(0);
    await eventually(() => app(page, ({ level }) => level)).toBeLessThan(0.001);
    const silent = await modelNotes(page);
    await page.getByRole('status').getByText('Your turn').waitFor();
    expect(await modelNotes(page)).toBe(silent);
  });

  it('takes back, answers again, and stops', async () => {
    const page = await open();
    await page.keyboard.press('Space');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(3);
    const first = await app(page, ({ notes }) => notes.find(({ voice }) => voice === 'model')!.start);
    await page.getByRole('button', { name: 'Again' }).click();
    // The first reply is gone from the roll, another stands later.
    await eventually(() =>
      app(page, ({ notes }) => notes.find(({ voice }) => voice === 'model')?.start ?? 0),
    ).toBeGreaterThan(first);
    await page.keyboard.press('Backspace');
    await eventually(() => app(page, ({ notes }) => notes.length)).toBe(0);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('status').getByText('Stopped').waitFor();
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
  });

  it('is given, note for note, what the take gives when it is replayed', async () => {
    const page = await open();
    await page.keyboard.press('Space');
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(3);
    // Over the reply, and in a duet: what the model had in mind is discarded again and again.
    await playPhrase(page);
    await page.getByRole('radio', { name: 'Duet' }).click();
    const before = await modelNotes(page);
    await playPhrase(page);
    await eventually(() => modelNotes(page)).toBeGreaterThan(before + 5);
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=stopped]').waitFor();
    const received = await app(page, ({ notes }) => notes);
    await host.stop();

    const { player, model } = await replayed(join(takes, readdirSync(takes).sort().at(-1)!));
    expect(model.length).toBeGreaterThan(3);
    expect(notesOf(received, 'model')).toEqual(model);
    expect(notesOf(received, 'player')).toEqual(player);
  });

  it('gives the keys back to the music after a click, a choice or a number', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'Continue' }).click();
    await page.locator('select[name=model]').selectOption({ index: 0 });
    await page.getByRole('spinbutton', { name: 'Temperature, typed' }).fill('0.9');
    await page.keyboard.press('Enter');
    await page.locator('[data-param=temperature] input[type=range]').click();
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    await page.keyboard.press('a');
    await eventually(() => app(page, ({ notes }) => notes[0]?.pitch)).toBe(60);
  });

  it('looks back, plays the past from there and returns to now', async () => {
    const page = await open();
    // Stopped by hand, it stays so.
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
    await page.keyboard.press('Space');
    await page.locator('continuo-app[data-phase=stopped]').waitFor();
    await page.getByText('Press Start, then play').waitFor();
    await playPhrase(page);
    expect(await app(page, ({ dataset }) => dataset.phase)).toBe('stopped');
    await eventually(() =>
      app(page, ({ notes }) => notes.filter(({ end }) => end !== undefined).length),
    ).toBe(6);
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    const roll = (await page.locator('continuo-roll').boundingBox())!;
    await page.mouse.move(roll.x + 300, roll.y + 200);
    await page.mouse.down();
    await page.mouse.move(roll.x + 450, roll.y + 200, { steps: 3 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Back to now' }).waitFor();
    await page.keyboard.press('Space');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBeGreaterThan(0);
    expect(await app(page, ({ dataset }) => dataset.phase)).toBe('stopped');
    await page.keyboard.press('Escape');
    await eventually(() => app(page, ({ sounding }) => sounding)).toBe(0);
    await page.getByRole('button', { name: 'Back to now' }).waitFor({ state: 'detached' });
  });

  it('lets go of held keys when the window loses the keyboard', async () => {
    const page = await open();
    await page.keyboard.press('Space');
    await page.keyboard.down('a');
    const held = () => app(page, ({ notes }) => notes.map(({ end }) => end === undefined));
    await eventually(held).toEqual([true]);
    await page.evaluate(() => dispatchEvent(new Event('blur')));
    await eventually(held).toEqual([false]);
  });

  it('lets go of held keys when it is closed', async () => {
    const [one, two] = [await open(), await open()];
    await one.keyboard.press('Space');
    await one.keyboard.down('a');
    const held = () => app(two, ({ notes }) => notes.map(({ end }) => end === undefined));
    await eventually(held).toEqual([true]);
    await one.close();
    await eventually(held).toEqual([false]);
  });

  it('steers with what the plugin declares, and shows it on every panel', async () => {
    const [one, two] = [await open(), await open()];
    const typed = one.getByRole('spinbutton', { name: 'Temperature, typed' });
    await typed.fill('1.25');
    await typed.press('Enter');
    await eventually(() => two.getByRole('slider', { name: 'Temperature' }).inputValue()).toBe('1.25');
    await one.getByRole('radio', { name: 'Duet' }).click();
    await two.getByRole('radio', { name: 'Duet', checked: true }).waitFor();
    // MIDI ports to choose from, or, in their place, why there are none.
    await two.locator('continuo-ports').locator('select[name=input], [data-unavailable]').waitFor();
  });

  it('shows what is being loaded, and what plays on where that is refused', async () => {
    const page = await open();
    // What the page asks for is held up here, and made something that no host has.
    let pass = () => {};
    await page.routeWebSocket(/session/, (page_) => {
      const line = page_.connectToServer();
      page_.onMessage((text) => {
        const message = JSON.parse(String(text)) as { type: string };
        if (message.type === 'load')
          pass = () => line.send(JSON.stringify({ ...message, plugin: 'no-such' }));
        else line.send(text);
      });
    });
    await page.reload();
    await page.locator('continuo-app[data-connected=true]').waitFor();
    const plugin = page.locator('select[name=plugin]');
    await plugin.selectOption('folk');
    await page.getByRole('status').getByText('Loading …').waitFor();
    // Whatever else is told meanwhile.
    await page.getByRole('radio', { name: 'Duet' }).click();
    await page.locator('[data-mode=duet][aria-checked=true]').waitFor();
    expect([await plugin.inputValue(), await plugin.getAttribute('aria-busy')]).toEqual(['folk', 'true']);
    pass();
    await page.getByRole('alert').getByText('no-such').waitFor();
    expect([await plugin.inputValue(), await plugin.getAttribute('aria-busy')]).toEqual(['piano', 'false']);
    expect(await page.getByText('Loading …').count()).toBe(0);
  });

  it('plays under fingers: several keys at once, and a slide', async () => {
    const page = await open({ hasTouch: true });
    const keyboard = page.locator('continuo-keyboard');
    const place = (pitch: number) => keyboard.locator(`[data-pitch="${pitch}"]`).boundingBox();
    const [c, e] = [(await place(60))!, (await place(64))!];
    const at = (box: { x: number; y: number; width: number; height: number }) => ({
      x: box.x + box.width / 2,
      y: box.y + box.height * 0.9,
    });
    const touch = await page.context().newCDPSession(page);
    const touches = (type: string, ...points: { x: number; y: number }[]) =>
      touch.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart',
        touchPoints: points.map((point, id) => ({ ...point, id })),
      });
    await touches('touchStart', at(c), at(e));
    const sounding = () =>
      app(page, ({ notes }) => notes.filter(({ end }) => end === undefined).map(({ pitch }) => pitch));
    await eventually(sounding).toEqual([60, 64]);
    await touches('touchMove', at((await place(62))!), at(e));
    await eventually(sounding).toEqual([64, 62]);
    await touches('touchEnd');
    await eventually(sounding).toEqual([]);
  });

  it('plays from a MIDI keyboard at the browser, asked for by a click, and lets go when it is unplugged', async () => {
    const page = await open({}, () => {
      // No machine of CI has such a keyboard: this one stands in the browser's place.
      const input = Object.assign(new EventTarget(), {
        id: 'one',
        name: 'Test keys',
        state: 'connected',
        onmidimessage: null as ((event: { data: Uint8Array; timeStamp: number }) => void) | null,
      });
      const access = Object.assign(new EventTarget(), { inputs: new Map([['one', input]]) });
      Object.assign(navigator, {
        requestMIDIAccess: async () => access,
        midiTest: {
          say: (...data: number[]) =>
            input.onmidimessage?.({ data: Uint8Array.from(data), timeStamp: performance.now() }),
          unplug: () => {
            input.state = 'disconnected';
            access.dispatchEvent(new Event('statechange'));
          },
        },
      });
    });
    await page.getByRole('button', { name: 'Use a keyboard at this browser' }).click();
    await page.getByText('Heard at this browser: Test keys').waitFor();
    const midi = (call: string) => page.evaluate(`navigator.midiTest.${call}`);
    const notes = () => app(page, (app) => app.notes.map(({ pitch, end }) => [pitch, end === undefined]));
    await midi('say(0x90, 72, 100)');
    await midi('say(0x90, 76, 100)');
    await midi('say(0x80, 72, 0)');
    await eventually(notes).toEqual([
      [72, false],
      [76, true],
    ]);
    await midi('unplug()');
    await eventually(notes).toEqual([
      [72, false],
      [76, false],
    ]);
    await page.getByText('No keyboard at this browser yet').waitFor();
    expect(await app(page, ({ dataset }) => dataset.phase)).not.toBe('stopped');
  });

  it('comes back by itself when the host does, and shows what it was told again', async () => {
    const page = await open();
    await page.keyboard.press('Space');
    await page.keyboard.down('a');
    await page.locator('continuo-app[data-phase=listening]').waitFor();
    const { port } = new URL(host.address);
    await host.stop('SIGKILL');
    await page.getByText('Host lost').waitFor();
    await page.keyboard.up('a');
    expect(await app(page, ({ sounding }) => sounding)).toBe(0);
    expect(await app(page, ({ notes }) => notes.map(({ end }) => typeof end))).toEqual(['number']);
    // Nothing looks live, but what is played here is heard and drawn.
    await page.locator('continuo-app[data-phase=stopped]').waitFor();
    for (const control of await page.locator('continuo-steering :is(button, select, input)').all())
      expect(await control.isDisabled()).toBe(true);
    for (const name of ['Start', 'Stop', 'All off', 'Take back', 'Again'])
      expect(await page.getByRole('button', { name, exact: true }).isDisabled(), name).toBe(true);
    await page.keyboard.down('k');
    await eventually(() => app(page, ({ level }) => level)).toBeGreaterThan(0.005);
    await page.keyboard.up('k');
    expect(await app(page, ({ notes }) => notes.map(({ pitch, end }) => [pitch, typeof end]))).toEqual([
      [60, 'number'],
      [72, 'number'],
    ]);
    await page.getByRole('button', { name: 'Try now' }).click();
    host = await startHost(takes, port);
    await page.locator('continuo-app[data-connected=true][data-phase=stopped]').waitFor();
    await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' });
    expect(await app(page, ({ notes }) => notes.length)).toBe(0);
    // Whatever else the browser asked for while nobody listened (the icon, say) it complains of by itself.
    troubles = troubles.filter((text) => !text.includes('ERR_CONNECTION_REFUSED'));
  });

  it('fits every screen: nothing is cut off, nothing lies over a button, each is big enough for a thumb', async () => {
    const page = await open();
    for (const [width, height, roll] of SCREENS) {
      await page.setViewportSize({ width, height });
      const screen = `${width} x ${height}`;
      expect(await page.evaluate(() => document.documentElement.scrollWidth), screen).toBeLessThanOrEqual(
        width,
      );
      for (const button of await page.getByRole('button').all()) {
        const box = (await button.boundingBox())!;
        const which = `${await button.textContent()} on ${screen}`;
        expect(Math.min(box.width, box.height), which).toBeGreaterThanOrEqual(44);
        expect(box.x + box.width, which).toBeLessThanOrEqual(width);
      }
      expect((await page.locator('continuo-roll').boundingBox())!.height, screen).toBeGreaterThanOrEqual(
        roll,
      );
      await page.evaluate(() => scrollTo(0, 0));
      for (const action of ['start', 'stop', 'all-off']) {
        const button = page.locator(`[data-action=${action}]`);
        // In the first sight, but where a screen is as low as 400 % makes it.
        if (height > 300)
          expect(await button.boundingBox(), screen).toSatisfy(({ y, height: h }) => y + h <= height);
        else await button.scrollIntoViewIfNeeded();
        expect(await button.evaluate(isUncovered), `${action} on ${screen}`).toBe(true);
      }
    }
  });

  it.each([
    [390, 844],
    [960, 540],
  ] as const)('shows the keys from their beginning, with the way out: %i x %i', async (width, height) => {
    const page = await open({ viewport: { width, height } });
    await page.keyboard.press('?');
    const shows = (name: string) =>
      page
        .getByRole('dialog')
        .getByText(name, { exact: true })
        .evaluate((element) => {
          const { top, bottom } = element.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        });
    expect([await shows('The keys'), await shows('Close')]).toEqual([true, true]);
    expect(await shows('Play: the middle row is white keys, the row above black ones')).toBe(true);
    await page.getByText('Show or hide the keys').scrollIntoViewIfNeeded();
    expect([await shows('Show or hide the keys'), await shows('Close')]).toEqual([true, true]);
  });

  it('has room for what must be known on the narrowest screen: Not recording', async () => {
    const page = await open({ viewport: { width: 320, height: 568 } });
    await page.routeWebSocket(/session/, (ours) => {
      const line = ours.connectToServer();
      line.onMessage((text) => {
        const message = JSON.parse(String(text)) as { type: string; description: object };
        if (message.type === 'welcome')
          Object.assign(message.description, { notRecording: 'The disk is full.' });
        ours.send(JSON.stringify(message));
      });
    });
    await page.reload();
    await page.getByText('Not recording').waitFor();
    await page.keyboard.press('a');
    await page.getByRole('status').getByText('Listening').waitFor();
    const cut = await page.locator('continuo-top-bar').evaluate((bar) => {
      const words = [...bar.shadowRoot!.querySelectorAll<HTMLElement>('h1, .state > *')];
      const seen = words.filter((word) => word.parentElement!.clientWidth > 1);
      return seen
        .filter((word) => {
          const { left, right } = word.getBoundingClientRect();
          const box = word.parentElement!.getBoundingClientRect();
          return left < box.left - 0.5 || right > box.right + 0.5 || box.right > innerWidth;
        })
        .map((word) => word.textContent);
    });
    expect(cut).toEqual([]);
  });

  it('has Start first in the order of the keyboard', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('continuo-app[data-phase=waiting]').waitFor();
  });
});
