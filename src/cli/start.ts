import { defineCommand } from 'citty';
import open from 'open';
import { FOLDERS } from '../host/folders.js';
import type { LiveSession } from '../host/live-session.js';
import { TuneLink } from '../host/tune-link.js';
import { watchModel } from '../host/watch-model.js';
import { parseOrigin } from '../server/access.js';
import { type RunningServer, startServer } from '../server/start-server.js';
import { LIVE_ARGS, openLive } from './live-options.js';
import { integerOption } from './options.js';
import { closeOnDefect, closeOnSignal, Opened } from './shutdown.js';

export default defineCommand({
  meta: { name: 'start', description: 'Start the host and its panel; play there, or on a MIDI keyboard.' },
  args: {
    ...LIVE_ARGS,
    port: {
      type: 'string',
      default: '8137',
      description: "The panel's port (0: any free one)",
      valueHint: 'N',
    },
    host: {
      type: 'string',
      default: '127.0.0.1',
      description: 'The address to listen on',
      valueHint: 'ADDRESS',
    },
    'allow-origin': {
      type: 'string',
      description: 'Other origins that may connect, joined by commas',
      valueHint: 'URL,…',
    },
    open: {
      type: 'boolean',
      default: true,
      description: 'Open the panel in a browser',
      negativeDescription: 'Only print its address',
    },
  },
  async run({ args }) {
    const port = integerOption('port', args.port, 0, 65535);
    const allowedOrigins = args['allow-origin']?.split(',') ?? [];
    for (const origin of allowedOrigins) parseOrigin(origin);
    const opened = new Opened();
    closeOnSignal(opened.close);
    closeOnDefect(opened.close);
    try {
      const session = await openLive(args);
      opened.add(() => {
        if (session.takeFolder) process.stdout.write(`\nThe take is in ${session.takeFolder}\n`);
      });
      opened.add(() => session.close());
      const tunes = new TuneLink();
      opened.add(() => tunes.close());
      if (args.in !== undefined) await session.connect('input', args.in);
      if (args.out !== undefined) await session.connect('output', args.out);
      const server = await startServer({
        ...{ session, tunes, port, host: args.host, panelFolder: FOLDERS.panel, allowedOrigins },
      });
      opened.add(() => server.close());
      opened.add(watchModel(session, tellOfWeights(session, server)));
      greet(session.describe(), server.address);
      if (args.open && hasDesktop()) await open(server.address).catch(() => undefined);
    } catch (error) {
      await opened.close();
      throw error;
    }
  },
});

function tellOfWeights(session: LiveSession, server: RunningServer): Parameters<typeof watchModel>[1] {
  return {
    reloaded() {
      server.sessionChanged();
      process.stdout.write(`New weights of ${session.describe().model.name}: the network listens afresh.\n`);
    },
    failed: (error) =>
      process.stderr.write(`continuo: the new weights are left alone: ${(error as Error).message}\n`),
  };
}

function greet({ plugin, model, ports }: ReturnType<LiveSession['describe']>, address: string): void {
  const midi = ports.unavailable
    ? 'none here (continuo doctor says why); the panel plays without'
    : `in ${ports.input ?? '–'}, out ${ports.output ?? '–'}; choose in the panel`;
  process.stdout.write(
    [
      `Continuo: ${plugin.name} on ${model.name}`,
      `  panel  ${address}`,
      `  MIDI   ${midi}`,
      '  stop   Ctrl-C',
      '',
    ].join('\n'),
  );
}

/** Whether a browser could show itself: not on a server, in CI, or at the far end of ssh. */
function hasDesktop(): boolean {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || SSH_CONNECTION || !process.stdout.isTTY) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}
