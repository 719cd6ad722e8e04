import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { FOLDERS } from '../../src/host/folders.js';
import { SESSIONS_PATH } from '../../src/protocol/host-protocol.js';
import { PROTOCOL_VERSION } from '../../src/protocol/session-protocol.js';
import { TestHostClient } from '../../src/server/testing/host-client.js';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import type { SessionEvent } from '../../src/session/events.js';
import { FaultyHost } from './host.js';

const MODEL = join(FOLDERS.bundledModels, 'piano-pop-start');

let host: FaultyHost | undefined;
afterEach(async () => {
  await host?.clear();
  host = undefined;
});

async function nextEvent(panel: PanelClient, so: (event: SessionEvent) => boolean): Promise<SessionEvent> {
  for (;;) {
    const { event } = await panel.next('event');
    if (so(event)) return event;
  }
}

const sounds = (event: SessionEvent) => event.type === 'noteOn' && event.voice === 'model';
const isTrouble = (event: SessionEvent) => event.type === 'trouble';

/** Panels of three sessions of one host, each of which plays by itself. */
async function threeSessions(on: FaultyHost): Promise<PanelClient[]> {
  const { client, welcome } = await TestHostClient.greeted(on.address);
  const ids = [welcome.sessions[0]!.id, await client.open(), await client.open()];
  client.socket.close();
  return Promise.all(
    ids.map(async (id) => {
      const panel = await PanelClient.connect(on.address, {}, `${SESSIONS_PATH}${id}`);
      panel.say({ type: 'hello', version: PROTOCOL_VERSION });
      panel.say({ type: 'command', command: { type: 'start' } });
      return panel;
    }),
  );
}

it.each(['hang', 'die'])('the sessions of a worker that is made to %s all go on', async (how) => {
  host = await FaultyHost.start(['--model', MODEL, '--mode', 'solo'], `./worker-fails.mjs?${how}`);
  const panels = await threeSessions(host);
  await Promise.all(panels.map((panel) => nextEvent(panel, sounds)));
  host.child.kill('SIGUSR2');
  await Promise.all(
    panels.map(async (panel) => {
      await nextEvent(panel, ({ type }) => type === 'allOff');
      expect(await nextEvent(panel, isTrouble)).toMatchObject({ code: 'ENGINE_CRASHED' });
      await nextEvent(panel, sounds);
    }),
  );
  expect(await host.end()).toBe(143);
});
