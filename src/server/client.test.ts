import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../protocol/session-protocol.js';
import { startServer } from './start-server.js';
import { noTakes } from './testing/no-takes.js';
import { PanelClient } from './testing/panel-client.js';
import { serve } from './testing/served.js';

const served = serve();

describe('a panel that behaves', () => {
  it('is welcomed with the whole picture and the music so far', async () => {
    served.session.emit({ type: 'noteOn', id: 1, voice: 'player', time: 0, pitch: 60, velocity: 80 });
    served.session.emit({
      type: 'health',
      time: 0,
      step: 0,
      lateness: { p50: 0, p99: 0 },
      late: 0,
      dropped: 0,
      notes: [],
      atOnce: [],
    });
    served.session.time = 2;
    const client = await PanelClient.connect(served.server.address, {
      origin: new URL(served.server.address).origin,
    });
    client.say({ type: 'hello', version: 2 });
    const welcome = await client.next('welcome');
    expect(welcome.version).toBe(PROTOCOL_VERSION);
    expect(welcome.description).toEqual(served.session.describe());
    expect(welcome.history).toEqual([
      { type: 'noteOn', id: 1, voice: 'player', time: 0, pitch: 60, velocity: 80 },
    ]);
  });

  it('commands, plays, hears events and keeps the clock', async () => {
    served.session.time = 3;
    const client = await PanelClient.greeted(served.server.address);
    client.say({ type: 'command', command: { type: 'param', id: 'temperature', value: 1.5 } });
    client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 90, time: 2.9 } });
    client.say({ type: 'ping', id: 7 });
    expect(await client.next('pong')).toEqual({ type: 'pong', id: 7, time: 3 });
    expect(served.session.commands).toEqual([{ type: 'param', id: 'temperature', value: 1.5 }]);
    expect(served.session.played).toEqual([{ type: 'noteOn', pitch: 60, velocity: 90, time: 2.9 }]);
    served.session.emit({ type: 'discard', time: 3 });
    expect((await client.next('event')).event).toEqual({ type: 'discard', time: 3 });
  });

  it('is not believed about times that cannot be', async () => {
    served.session.time = 10;
    const client = await PanelClient.greeted(served.server.address);
    for (const time of [1, 10.01, 1e9])
      client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 90, time } });
    await client.settled();
    expect(served.session.played.map(({ time }) => time)).toEqual([9, 10, 10]);
  });

  it('tells every panel when ports or model change, and who asked when it fails', async () => {
    const [one, two] = [
      await PanelClient.greeted(served.server.address),
      await PanelClient.greeted(served.server.address),
    ];
    one.say({ type: 'connect', request: 1, which: 'output', port: 'Synth' });
    expect((await two.next('ports')).ports.output).toBe('Synth');
    one.say({ type: 'load', request: 2, model: 'piano-pop' });
    expect((await two.next('welcome')).description.model.id).toBe('piano-pop');
    one.say({ type: 'connect', request: 3, which: 'input', port: 'Nothing' });
    expect(await one.next('error')).toMatchObject({
      code: 'PORT_NOT_FOUND',
      about: 'connect',
      request: 3,
      hint: expect.any(String),
    });
    one.say({ type: 'load', request: 4, model: 'none' });
    expect(await one.next('error')).toMatchObject({ code: 'MODEL_NOT_FOUND', about: 'load', request: 4 });
  });

  it('hears that what it asked for is so after the picture of it, and nothing of what others asked for', async () => {
    const [one, two] = [
      await PanelClient.greeted(served.server.address),
      await PanelClient.greeted(served.server.address),
    ];
    let loaded = () => {};
    const load = served.session.load.bind(served.session);
    served.session.load = async (choice) => {
      await new Promise<void>((resolve) => {
        loaded = resolve;
      });
      await load(choice);
    };
    one.say({ type: 'load', request: 1, model: 'piano-pop' });
    await one.settled();
    const first = loaded;
    two.say({ type: 'load', request: 1, model: 'piano-pop' });
    await two.settled();
    first();
    await one.next('welcome');
    expect(await one.next('done')).toEqual({ type: 'done', request: 1 });
    // The first one's `welcome` reached the second, which still waits.
    await two.next('welcome');
    expect(await two.heardBefore('pong')).toEqual([]);
    loaded();
    expect(await two.heardBefore('done')).toEqual(['welcome']);
  });

  it('is told of a model that plays though nobody loaded it', async () => {
    const client = await PanelClient.greeted(served.server.address);
    served.session.replace('before');
    expect((await client.next('welcome')).description.model.id).toBe('before');
  });

  it('that vanishes lets go of what it held, but not of what another panel holds', async () => {
    const [one, two] = [
      await PanelClient.greeted(served.server.address),
      await PanelClient.greeted(served.server.address),
    ];
    for (const pitch of [60, 64]) one.say({ type: 'play', event: { type: 'noteOn', pitch, velocity: 80 } });
    one.say({ type: 'play', event: { type: 'pedal', down: true } });
    two.say({ type: 'play', event: { type: 'noteOn', pitch: 64, velocity: 80 } });
    await Promise.all([one.settled(), two.settled()]);
    served.session.played.length = 0;
    one.socket.terminate();
    await expect
      .poll(() => served.session.played)
      .toEqual([
        { type: 'noteOff', pitch: 60 },
        { type: 'pedal', down: false },
      ]);
  });

  it('lets go when the host stops, and is told so', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80 } });
    await client.settled();
    await served.server.close();
    expect(served.session.played.at(-1)).toEqual({ type: 'noteOff', pitch: 60 });
    expect(await client.closed).toBeOneOf([1001, 1006]);
    const { sessions, pieces, folder } = served;
    served.server = await startServer({ sessions, pieces, takes: noTakes, port: 0, panelFolder: folder });
  });

  it('of another version is told to reload', async () => {
    const client = await PanelClient.connect(served.server.address);
    client.say({ type: 'hello', version: PROTOCOL_VERSION + 1 });
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE', hint: 'Reload the page.' });
    expect(await client.closed).toBe(1002);
  });
});
