import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../errors.js';
import { composeDescriptor } from '../plugin/compose-descriptor.js';
import { MAX_TEXT } from '../protocol/session-protocol.js';
import { PanelClient } from './testing/panel-client.js';
import { serve } from './testing/served.js';
import { SONGS } from './testing/songs.js';

const served = serve();

describe('a panel that asks for pieces', () => {
  const options = { mood: 'gay' } as const;
  const ask = (request: number, change = {}) =>
    ({ type: 'makePiece', request, task: { plugin: 'songs', options: { ...options, ...change } } }) as const;

  it('is told which plugins make any, and what they take', async () => {
    served.pieces.choices = [
      ...served.pieces.choices,
      { ...served.pieces.choices[0]!, id: 'b', lacks: 'No model.' },
    ];
    const client = await PanelClient.greeted(served.server.address);
    expect(client.welcome.composers).toEqual([
      { id: 'songs', name: 'Songs', compose: SONGS },
      { id: 'b', name: 'Songs', compose: SONGS, lacks: 'No model.' },
    ]);
    expect(composeDescriptor.parse(SONGS)).toEqual(SONGS);
  });

  it('gets each with the number of its request', async () => {
    const client = await PanelClient.greeted(served.server.address);
    for (const request of [3, 8]) {
      const message = ask(request, { words: 'fa la' });
      client.say({ ...message, task: { ...message.task, seed: 5 } });
      await client.settled();
      expect(served.pieces.asked).toEqual([
        { plugin: 'songs', options: { ...options, words: 'fa la' }, seed: 5 },
      ]);
      const piece = served.pieces.give();
      expect(await client.next('piece')).toEqual({ type: 'piece', request, piece });
    }
  });

  it('gets one at a time, and another panel does not wait for that', async () => {
    const [one, two] = [
      await PanelClient.greeted(served.server.address),
      await PanelClient.greeted(served.server.address),
    ];
    one.say(ask(1));
    one.say({ type: 'readPiece', request: 2, task: { plugin: 'songs', text: 'X:1' } });
    expect(await one.next('error')).toMatchObject({ code: 'PIECE_BUSY', about: 'readPiece', request: 2 });
    two.say(ask(1));
    await two.settled();
    served.pieces.give();
    served.pieces.give();
    expect((await one.next('piece')).request).toBe(1);
    expect((await two.next('piece')).request).toBe(1);
  });

  it('gets files of a piece, while another is made, too, and not without end', async () => {
    const client = await PanelClient.greeted(served.server.address);
    const file = (request: number, change = {}) =>
      ({
        type: 'exportPiece',
        request,
        task: { plugin: 'songs', text: 'X:1', format: 'midi', options: { swing: 0.2 }, ...change },
      }) as const;
    client.say(file(1));
    client.say(ask(2));
    for (const request of [3, 4, 5, 6]) client.say(file(request));
    expect(await client.next('error')).toMatchObject({ code: 'PIECE_BUSY', request: 6 });
    expect(served.pieces.asked).toHaveLength(5);
    const given = served.pieces.giveFile();
    expect(await client.next('pieceFile')).toEqual({ type: 'pieceFile', request: 1, file: given });
    client.say(file(7, { format: 'svg' }));
    expect(await client.next('error')).toMatchObject({ code: 'OPTION_VALUE', request: 7 });
    client.say(file(8, { options: { swing: 2 } }));
    expect(await client.next('error')).toMatchObject({ code: 'PARAM_VALUE', request: 8 });
  });

  it('hears why there is none, and may ask again', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say(ask(1));
    await client.settled();
    served.pieces.refuse(
      new ContinuoError('MODEL_NOT_FOUND', 'There is no model of songs.', 'Put one there.'),
    );
    expect(await client.next('error')).toEqual({
      type: 'error',
      request: 1,
      code: 'MODEL_NOT_FOUND',
      message: 'There is no model of songs.',
      hint: 'Put one there.',
      about: 'makePiece',
    });
    client.say(ask(2));
    await client.settled();
    served.pieces.give();
    expect((await client.next('piece')).request).toBe(2);
  });

  it.each([
    ['mood', 'angry', 'PARAM_VALUE'],
    ['words', 'la'.repeat(9), 'PARAM_VALUE'],
    ['verses', 10, 'PARAM_VALUE'],
    ['verses', 7.5, 'PARAM_VALUE'],
    ['lowest', 61, 'PARAM_VALUE'],
    ['daring', 0, 'PARAM_VALUE'],
    ['round', 1, 'PARAM_VALUE'],
    ['takes', 100, 'PARAM_VALUE'],
    ['count', 2, 'PARAM_UNKNOWN'],
    ['words', ['la', 'lo'], 'PROTOCOL_MESSAGE'],
  ])('is refused the option %s = %j without anything being made', async (option, value, code) => {
    const client = await PanelClient.greeted(served.server.address);
    client.socket.send(JSON.stringify(ask(1, { [option]: value })));
    expect(await client.next('error')).toMatchObject({ code });
    expect(served.pieces.asked).toEqual([]);
  });

  it.each([
    ['a plugin that makes none', { plugin: 'piano' }, 'PLUGIN_UNKNOWN'],
    ['a folder', { plugin: '/tmp/songs' }, 'PLUGIN_UNKNOWN'],
    ['a seed below zero', { seed: -1 }, 'PROTOCOL_MESSAGE'],
    ['text without end', { given: { text: 'C'.repeat(MAX_TEXT + 1), edit: 'shuffle' } }, 'PROTOCOL_MESSAGE'],
    ['no text', { given: { text: '', edit: 'shuffle' } }, 'PROTOCOL_MESSAGE'],
    ['no segments', { given: { text: 'X:1', edit: 'redo' } }, 'OPTION_VALUE'],
    [
      'a list of segments without end',
      { given: { text: 'X:1', edit: 'redo', segments: '1,'.repeat(501) } },
      'PROTOCOL_MESSAGE',
    ],
    [
      'segments where none are taken',
      { given: { text: 'X:1', edit: 'shuffle', segments: '1' } },
      'OPTION_VALUE',
    ],
    ['a place before the first', { given: { text: 'X:1', edit: 'goOn', after: 0 } }, 'PROTOCOL_MESSAGE'],
    ['a place where none is taken', { given: { text: 'X:1', edit: 'shuffle', after: 3 } }, 'OPTION_VALUE'],
    ['an edit that there is not', { given: { text: 'X:1', edit: 'improve' } }, 'OPTION_VALUE'],
  ])('is refused %s', async (_, change, code) => {
    const client = await PanelClient.greeted(served.server.address);
    const message = { ...ask(1), task: { ...ask(1).task, ...change } };
    client.socket.send(JSON.stringify(message));
    expect(await client.next('error')).toMatchObject({ code });
    expect(served.pieces.asked).toEqual([]);
  });

  it('sees it grow, may give it up, and gets the next', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say(ask(1));
    await client.settled();
    served.pieces.grow({ text: 'X:1', candidates: 0 });
    expect(await client.next('pieceSoFar')).toMatchObject({ request: 1, soFar: { text: 'X:1' } });
    client.say({ type: 'cancelPiece', request: 7 });
    await client.settled();
    expect(served.pieces.asked).toHaveLength(1);
    client.say({ type: 'cancelPiece', request: 1 });
    client.say(ask(2));
    await client.settled();
    expect(served.pieces.asked).toHaveLength(1);
    served.pieces.give();
    expect((await client.next('piece')).request).toBe(2);
  });

  it('takes its requests with it when it goes', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say(ask(1));
    client.say({
      type: 'exportPiece',
      request: 2,
      task: { plugin: 'songs', text: 'X:1', format: 'midi', options: {} },
    });
    await client.settled();
    client.socket.close();
    await client.closed;
    await (await PanelClient.greeted(served.server.address)).settled();
    expect(served.pieces.asked).toEqual([]);
  });
});
