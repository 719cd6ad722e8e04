// What it costs that a session is at another host: a player's notes and their echoes, in turn directly and through a host that passes them on.
// node scripts/build.mjs --if-stale && node scripts/proxied-notes.mjs [--notes N]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectHost, connectSession } from '../dist/client/index.js';

const { values } = parseArgs({ options: { notes: { type: 'string', default: '2000' } } });
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const takes = mkdtempSync(join(tmpdir(), 'continuo-proxied-'));

/** Starts a program. Resolves with it and the address that it prints first. */
async function started(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const [address] = /http:\/\/\S+/.exec(line) ?? [];
    if (address !== undefined) {
      child.stdout.resume();
      return { child, address };
    }
  }
  throw new Error(`${args[0]} ended before it said its address`);
}

const host = await started([
  file('../dist/cli/main.js'),
  'start',
  '--port',
  '0',
  '--no-open',
  '--takes',
  takes,
]);
const directory = await connectHost(host.address);
const { id } = directory.sessions[0];
directory.close();
const front = await started([file('../test/server/front-host.mjs'), new URL(host.address).origin, id]);
const clients = {
  direct: await connectSession(host.address, { session: id }),
  through: await connectSession(front.address, { session: id }),
};
// Nobody answers: only the way is measured.
await clients.direct.command({ type: 'mode', mode: 'listen' });
await clients.direct.command({ type: 'start' });

/** Milliseconds until a note is heard again that this client strikes. */
async function echo(client, pitch) {
  const began = performance.now();
  const heard = client.next('noteOn', (note) => note.voice === 'player' && note.pitch === pitch);
  client.play({ type: 'noteOn', pitch, velocity: 80 });
  await heard;
  const took = performance.now() - began;
  client.play({ type: 'noteOff', pitch });
  await new Promise((resolve) => setTimeout(resolve, 4));
  return took;
}

const times = { direct: [], through: [] };
const more = [];
for (let round = -50; round < Number(values.notes); round++) {
  // Each way goes first every other time.
  const ways = round % 2 === 0 ? ['direct', 'through'] : ['through', 'direct'];
  const took = {};
  for (const way of ways) took[way] = await echo(clients[way], 40 + ((round + 50) % 40));
  if (round < 0) continue;
  for (const way of ways) times[way].push(took[way]);
  more.push(took.through - took.direct);
}
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];
const figures = (values) => ({
  p50: Number(quantile(values, 0.5).toFixed(3)),
  p99: Number(quantile(values, 0.99).toFixed(3)),
});
process.stdout.write(
  `${JSON.stringify({ notes: more.length, unit: 'ms', direct: figures(times.direct), through: figures(times.through), difference: figures(more) }, null, 2)}\n`,
);
for (const client of Object.values(clients)) client.close();
front.child.kill();
host.child.kill();
await once(host.child, 'exit');
rmSync(takes, { recursive: true, force: true });
