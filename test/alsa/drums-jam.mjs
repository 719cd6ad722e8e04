// What drums-jam.test.ts looks at: `continuo jam --plugin drums --mode duet`, aplaymidi for a pianist, arecordmidi for a synth.
// node test/alsa/drums-jam.mjs PIANIST.mid SETTINGS OUT (a folder): writes OUT/results.json, OUT/synth.mid, OUT/take.mid and OUT/take.jsonl
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endPeers, ports, startPeer, until } from './peers.mjs';

const [pianist, settings, out] = process.argv.slice(2);
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const takes = '/tmp/takes-drums';
const results = {};

/** The jam's own port that others write to, or read from. */
const own = (direction) =>
  until(`the jam's ${direction}`, () =>
    ports().find(({ client, name }) => name === 'Continuo' && client.includes(direction)),
  );

try {
  const host = startPeer(
    process.execPath,
    ...[main, 'jam', '--plugin', 'drums', '--mode', 'duet', '--in', 'virtual', '--out', 'virtual'],
    ...['--seed', '7', '--takes', takes, '--set', settings],
  );
  await own('Input');
  const { address: input } = await own('Input');
  const { address: output } = await own('Output');
  const recorder = startPeer('arecordmidi', '-t', '960', '-p', output, join(out, 'synth.mid'));
  await until(
    'the recorder',
    () => ports().find(({ address }) => address === output)?.connected.length === 1,
  );
  const player = await startPeer('aplaymidi', '-d', '0', '-p', input, pianist).end();
  const ended = await host.end('SIGINT');
  await recorder.end('SIGINT');
  const [take] = readdirSync(takes);
  for (const name of ['take.mid', 'take.jsonl']) copyFileSync(join(takes, take, name), join(out, name));
  Object.assign(results, { player: player.code, code: ended.code, output: ended.output });
} catch (error) {
  results.error = String(error?.stack ?? error);
} finally {
  endPeers();
}
writeFileSync(join(out, 'results.json'), JSON.stringify(results));
