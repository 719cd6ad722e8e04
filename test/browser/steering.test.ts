/// <reference lib="dom" />
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { eventually, panelTests } from './panel-tests.js';

describeWith('Chromium', 'steering in a real browser, on the real host', (executablePath) => {
  const tests = panelTests(executablePath, 'each test');

  it('shows what is being loaded, and what plays on where that is refused', async () => {
    const page = await tests.open();
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

  it('steers with what the plugin declares, and shows it on every panel', async () => {
    const [one, two] = [await tests.open(), await tests.open()];
    const typed = one.getByRole('spinbutton', { name: 'Temperature, typed' });
    await typed.fill('1.25');
    await typed.press('Enter');
    await eventually(() => two.getByRole('slider', { name: 'Temperature' }).inputValue()).toBe('1.25');
    await one.getByRole('radio', { name: 'Duet' }).click();
    await two.getByRole('radio', { name: 'Duet', checked: true }).waitFor();
    // MIDI ports to choose from, or, in their place, why there are none.
    await two.locator('continuo-ports').locator('select[name=input], [data-unavailable]').waitFor();
  });
});
