// What plugin-jam.test.ts looks at: `continuo jam --plugin ./mine` of an installed package, aplaymidi for a player, arecordmidi for a synth.
// node test/alsa/plugin-jam.mjs PROJECT PHRASE.mid OUT (a folder): writes OUT/results.json and OUT/synth.mid
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endPeers, ports, startPeer, until } from './peers.mjs';

const [project, phrase, out] = process.argv.slice(2);
const main = join(project, 'node_modules', 'continuo', 'dist', 'cli', 'main.js');
const results = {};

/** The jam's own port that others write to, or read from. */
const own = (direction) =>
  until(`the jam's ${direction}`, () =>
    ports().find(({ client, name }) => name === 'Continuo' && client.includes(direction)),
  );

try {
  process.chdir(project);
  const host = startPeer(
    process.execPath,
    ...[main, 'jam', '--plugin', './mine', '--in', 'virtual', '--out', 'virtual', '--seed', '7', '--no-take'],
  );
  await host.said(/Your turn/);
  const { address: input } = await own('Input');
  const { address: output } = await own('Output');
  const recorder = startPeer('arecordmidi', '-t', '960', '-p', output, join(out, 'synth.mid'));
  await until(
    'the recorder',
    () => ports().find(({ address }) => address === output)?.connected.length === 1,
  );
  const player = await startPeer('aplaymidi', '-d', '0', '-p', input, phrase).end();
  await host.said(/Answering.*Your turn/s);
  const ended = await host.end('SIGINT');
  await recorder.end('SIGINT');
  Object.assign(results, { player: player.code, code: ended.code, output: ended.output });
} catch (error) {
  results.error = String(error?.stack ?? error);
} finally {
  endPeers();
}
writeFileSync(join(out, 'results.json'), JSON.stringify(results));
