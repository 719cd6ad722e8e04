import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ServerOptions, startServer } from './start-server.js';
import { noTakes } from './testing/no-takes.js';
import { PanelClient } from './testing/panel-client.js';
import { serve } from './testing/served.js';

const served = serve();

/** Another server for the same session. */
function like(change: Partial<ServerOptions>): ServerOptions {
  const { sessions, pieces, folder } = served;
  return { sessions, pieces, takes: noTakes, port: 0, panelFolder: folder, ...change };
}

describe('starting', () => {
  it('says when the port is taken, and what to do', async () => {
    const port = Number(new URL(served.server.address).port);
    const second = startServer(like({ port }));
    await expect(second).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      hint: expect.stringContaining('--port'),
    });
  });

  it('says when the address is not this machine', async () => {
    const elsewhere = startServer(like({ host: '203.0.113.1' }));
    await expect(elsewhere).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('says when the panel is not built', async () => {
    const bare = startServer(like({ panelFolder: join(served.folder, 'assets') }));
    await expect(bare).rejects.toMatchObject({ code: 'FILE_READ', hint: expect.stringContaining('build') });
    const none = startServer(like({ panelFolder: join(served.folder, 'none') }));
    await expect(none).rejects.toMatchObject({ code: 'FILE_READ' });
  });

  it('lets in what --allow-origin names, and refuses what is no origin', async () => {
    const open = await startServer(like({ allowedOrigins: ['http://studio.local:8137'] }));
    try {
      const headers = { host: 'studio.local:8137', origin: 'http://studio.local:8137' };
      (await PanelClient.connect(open.address, headers)).socket.terminate();
    } finally {
      await open.close();
    }
    for (const origin of ['studio.local', 'ftp://x', 'http://x/path', ''])
      await expect(startServer(like({ allowedOrigins: [origin] }))).rejects.toMatchObject({
        code: 'OPTION_VALUE',
      });
  });
});
