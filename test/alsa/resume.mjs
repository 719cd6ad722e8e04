// What resume.test.ts looks at: a host is killed whose session has named ports, and the next one resumes that session. Keyboard and synth
// are ports of this program.
// node test/alsa/resume.mjs OUT (a folder): writes OUT/results.json
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { connectedPort, endPeers, startPeer, until } from './peers.mjs';

const [out] = process.argv.slice(2);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const { openSystemPorts } = await import(pathToFileURL(join(dist, 'midi/index.js')));
const system = await openSystemPorts(() => performance.now() / 1000);
const takes = mkdtempSync(join(tmpdir(), 'takes-'));
const results = {};

const start = (...options) =>
  startPeer(
    process.execPath,
    join(dist, 'cli/main.js'),
    ...['start', '--model', 'piano-pop-start', '--takes', takes, '--no-open', '--port', '0', ...options],
  );

const received = [];
const openKeys = () => system.openVirtualOutput('Test Keys');
const openSynth = () => system.openVirtualInput('Test Synth', (message) => received.push([...message]));

/** Plays a key at the keyboard, whose session sends it on to the synth. Returns whether the synth got it. */
async function through(keys, pitch) {
  keys.send([0x90, pitch, 80]);
  await until(`key ${pitch} at the synth`, () =>
    received.some(([status, key]) => status === 0x90 && key === pitch),
  );
  keys.send([0x80, pitch, 64]);
  await until(`its end`, () => received.some(([status, key]) => status === 0x80 && key === pitch));
  return true;
}

/** The session as it is kept, once it has its ports and a take. */
const kept = () =>
  until('the session to be kept', () => {
    const folder = join(takes, '.sessions');
    const name = existsSync(folder) && readdirSync(folder).find((one) => one.endsWith('.json'));
    const [session] = name ? JSON.parse(readFileSync(join(folder, name), 'utf8')).sessions : [];
    const { input, output } = session?.setup.ports ?? {};
    return session?.take && input && output ? session : null;
  });

let keys = openKeys();
let synth = openSynth();
const first = start('--in', 'test keys', '--out', 'test synth', '--mode', 'listen', '--set', 'thru=true');
await first.said(/stop +Ctrl-C/);
await through(keys, 60);
results.kept = await kept();
results.killed = (await first.end('SIGKILL')).code;

// Another program takes the number that the synth had, and the keyboard is away.
keys.close();
synth.close();
const other = system.openVirtualOutput('Another');
synth = openSynth();
const second = start('--resume-sessions');
await second.said(/stop +Ctrl-C/);
results.resumed = /Resumed .*/.exec(second.output())?.[0];
await connectedPort('Test Synth');
keys = openKeys();
await connectedPort('Test Keys');
results.through = await through(keys, 62);
results.said = second.output().match(/PORT_\w+/g);
results.again = await kept();
results.ended = (await second.end('SIGTERM')).code;
other.close();

endPeers();
writeFileSync(join(out, 'results.json'), JSON.stringify(results));
process.exit(0);
