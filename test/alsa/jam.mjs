// What jam.test.ts looks at: `continuo jam` with aplaymidi for a player and arecordmidi for a synth.
// node test/alsa/jam.mjs PHRASE.mid OUT (a folder): writes OUT/results.json, OUT/answered.mid, OUT/interrupted.mid,
// OUT/answered.jsonl and OUT/interrupted.jsonl
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endPeers, ports, startPeer, until } from './peers.mjs';

const [phrase, out] = process.argv.slice(2);
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const results = {};

/** The jam's own port that others write to, or read from. */
const own = (direction) =>
  until(`the jam's ${direction}`, () =>
    ports().find(({ client, name }) => name === 'Continuo' && client.includes(direction)),
  );

/** One jam: `play` is given its terminal and a way to play the phrase; then it is ended by `signal`. */
async function jam(name, signal, play) {
  const takes = `/tmp/takes-${name}`;
  const host = startPeer(
    process.execPath,
    main,
    'jam',
    '--in',
    'virtual',
    '--out',
    'virtual',
    '--model',
    'piano-pop-start',
    '--seed',
    '7',
    '--takes',
    takes,
  );
  await host.said(/Your turn/);
  const { address: input } = await own('Input');
  const { address: output } = await own('Output');
  const recorder = startPeer('arecordmidi', '-t', '960', '-p', output, join(out, `${name}.mid`));
  await until(
    'the recorder',
    () => ports().find(({ address }) => address === output)?.connected.length === 1,
  );
  const player = await startPeer('aplaymidi', '-d', '0', '-p', input, phrase).end();
  await play(host);
  const ended = await host.end(signal);
  await recorder.end('SIGINT');
  const [take] = readdirSync(takes);
  copyFileSync(join(takes, take, 'take.jsonl'), join(out, `${name}.jsonl`));
  results[name] = { player: player.code, code: ended.code, output: ended.output };
}

try {
  // The whole answer, until the turn comes back.
  await jam('answered', 'SIGTERM', (host) => host.said(/Answering.*Your turn/s));
  // Ctrl-C in the middle of an answer.
  await jam('interrupted', 'SIGINT', async (host) => {
    await host.said(/Answering/);
    await new Promise((resolve) => setTimeout(resolve, 1200));
  });
} catch (error) {
  results.error = String(error?.stack ?? error);
} finally {
  endPeers();
}
writeFileSync(join(out, 'results.json'), JSON.stringify(results));
