import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openHostPerformer } from '../../src/host/models/open-host-performer.js';
import { readTake } from '../../src/host/takes/read-take.js';
import type { Mode } from '../../src/session/commands.js';
import { PlayedNotes } from '../../src/session/played-notes.js';
import { replayTake } from '../../src/session/replay.js';

/** The built program. */
export const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Host {
  readonly address: string;
  readonly pid: number;
  /** All that it printed so far. */
  printed(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The built program as a user starts it, on any free port (or one that is asked for). */
export function startHost(takes: string, port = '0', ...more: readonly string[]): Promise<Host> {
  return startHostIn(process.cwd(), takes, '--port', port, ...more);
}

/** As {@link startHost}, in a folder, whose plugins it finds. */
export async function startHostIn(cwd: string, takes: string, ...more: readonly string[]): Promise<Host> {
  const child: ChildProcess = spawn(
    process.execPath,
    [program, 'start', '--port', '0', '--no-open', '--takes', takes, '--seed', '7', ...more],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd },
  );
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout! });
  let printed = '';
  child.stderr!.on('data', (part) => {
    printed += part;
    process.stderr.write(part);
  });
  const address = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      printed += `${line}\n`;
      const found = /http:\/\/\S+/.exec(line);
      if (found) resolve(found[0]);
    });
    exited.then(
      ([code]) => reject(new Error(`the host ended with ${code} before it said its address`)),
      reject,
    );
  });
  return {
    address,
    pid: child.pid!,
    printed: () => printed,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await exited;
    },
  };
}

/** What a take's seed, model and input give, computed anew without a clock. */
export async function replayed(folder: string) {
  const { header, records } = await readTake(folder);
  const performer = await openHostPerformer(header.setup);
  try {
    const { events } = replayTake(records, {
      ...performer,
      pluginParams: performer.descriptor.params,
      mode: header.mode as Mode,
      time: header.time,
    });
    const playedNotes = new PlayedNotes();
    for (const event of events) playedNotes.add(event);
    return { player: playedNotes.notes('player', Infinity), model: playedNotes.notes('model', Infinity) };
  } finally {
    performer.engine.dispose();
  }
}
