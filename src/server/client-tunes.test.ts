import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../errors.js';
import { unsaid } from '../plugins/folk/testing/tune-settings.js';
import { MAX_ABC } from './protocol.js';
import { PanelClient } from './testing/panel-client.js';
import { serve } from './testing/served.js';

const served = serve();

describe('a panel that asks for tunes', () => {
  const settings = { ...unsaid, type: 'reel' } as const;
  const ask = (request: number, change = {}) =>
    ({
      type: 'generateTune',
      request,
      task: { type: 'make', settings: { ...settings, ...change } },
    }) as const;

  it('gets each with the number of its request', async () => {
    const client = await PanelClient.greeted(served.server.address);
    for (const request of [3, 8]) {
      client.say(ask(request, { seed: 5, key: 'Ador' }));
      await client.settled();
      expect(served.tunes.asked).toEqual([{ type: 'make', settings: { ...settings, seed: 5, key: 'Ador' } }]);
      const tune = served.tunes.give();
      expect(await client.next('tune')).toEqual({ type: 'tune', request, tune });
    }
  });

  it('gets one at a time, and another panel does not wait for that', async () => {
    const [one, two] = [
      await PanelClient.greeted(served.server.address),
      await PanelClient.greeted(served.server.address),
    ];
    one.say(ask(1));
    one.say(ask(2));
    expect(await one.next('error')).toMatchObject({ code: 'TUNE_BUSY', about: 'generateTune' });
    two.say(ask(1));
    await two.settled();
    served.tunes.give();
    served.tunes.give();
    expect((await one.next('tune')).request).toBe(1);
    expect((await two.next('tune')).request).toBe(1);
  });

  it('hears why there is none, and may ask again', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say(ask(1));
    await client.settled();
    served.tunes.refuse(
      new ContinuoError('MODEL_NOT_FOUND', 'There is no model of tunes.', 'Put one there.'),
    );
    expect(await client.next('error')).toEqual({
      type: 'error',
      request: 1,
      code: 'MODEL_NOT_FOUND',
      message: 'There is no model of tunes.',
      hint: 'Put one there.',
      about: 'generateTune',
    });
    client.say(ask(2));
    await client.settled();
    served.tunes.give();
    expect((await client.next('tune')).request).toBe(2);
  });

  it.each([
    ['type', 'gavotte'],
    ['key', ''],
    ['form', 'A'.repeat(17)],
    ['bars', 65],
    ['bars', 7.5],
    ['temperature', 0],
    ['seed', -1],
    ['bestOf', 129],
    ['topP', 0],
    ['novel', 1],
    ['count', 2],
  ])('is refused the %s %j without anything being made', async (option, value) => {
    const client = await PanelClient.greeted(served.server.address);
    client.socket.send(JSON.stringify(ask(1, { [option]: value })));
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    expect(served.tunes.asked).toEqual([]);
  });

  it('sees it grow, may give it up, and gets the next', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say(ask(1));
    await client.settled();
    served.tunes.grow({ abc: 'X:1', candidates: 0 });
    expect(await client.next('tuneSoFar')).toMatchObject({ request: 1, soFar: { abc: 'X:1' } });
    client.say({ type: 'cancelTune', request: 7 });
    await client.settled();
    expect(served.tunes.asked).toHaveLength(1);
    client.say({ type: 'cancelTune', request: 1 });
    client.say(ask(2));
    await client.settled();
    expect(served.tunes.asked).toHaveLength(1);
    served.tunes.give();
    expect((await client.next('tune')).request).toBe(2);
  });

  it.each([
    ['text without end', { abc: 'C'.repeat(MAX_ABC + 1), change: { type: 'vary' } }],
    ['no text', { abc: '', change: { type: 'vary' } }],
    ['no bars', { abc: 'X:1', change: { type: 'redo', bars: '' } }],
    ['a list of bars without end', { abc: 'X:1', change: { type: 'keep', bars: '1,'.repeat(501) } }],
    ['a bar before the first', { abc: 'X:1', change: { type: 'goOn', after: 0 } }],
    ['a change that there is not', { abc: 'X:1', change: { type: 'improve' } }],
  ])('is refused %s to work on', async (_, from) => {
    const client = await PanelClient.greeted(served.server.address);
    const message = { ...ask(1), task: { ...ask(1).task, from } };
    client.socket.send(JSON.stringify(message));
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    expect(served.tunes.asked).toEqual([]);
  });

  it('takes its wish with it when it goes', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say(ask(1));
    await client.settled();
    client.socket.close();
    await client.closed;
    await (await PanelClient.greeted(served.server.address)).settled();
    expect(served.tunes.asked).toEqual([]);
  });
});
