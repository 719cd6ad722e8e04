// What engines.test.ts looks at: a session's engine is changed, dies and hangs while its notes sound at a port.
// node --import ./test/faults/worker-fails.mjs test/alsa/engines.mjs OUT (a folder): writes OUT/results.json
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { sequencer, until } from './peers.mjs';

const [out] = process.argv.slice(2);
const dist = (file) =>
  import(pathToFileURL(fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))).href);
const { openSystemPorts } = await dist('midi/index.js');
const { LiveSession } = await dist('host/live/live-session.js');
const { loadPlugin } = await dist('host/plugins/plugins.js');
const { kerasNetwork } = await dist('model/keras-init.js');
const { modelFiles } = await dist('model/write-folder.js');
const now = () => performance.now() / 1000;
const system = await openSystemPorts(now);
const failures = new BroadcastChannel('worker-fails');
const results = {};

/** A synth that counts what goes wrong: notes that All Notes Off had to end, and such as are struck again while they sound. */
class Synth {
  sounding = new Set();
  struck = 0;
  silences = 0;
  faults = [];

  hear([status, key, value]) {
    const kind = status & 0xf0;
    const note = `${status & 0x0f} ${key}`;
    if (kind === 0x90 && value > 0) {
      if (this.sounding.has(note)) this.faults.push(`${note} twice`);
      this.sounding.add(note);
      this.struck++;
    } else if (kind === 0x80 || kind === 0x90) this.sounding.delete(note);
    else if (kind === 0xb0 && key === 123) {
      this.silences++;
      for (const left of this.sounding) this.faults.push(`${left} without its off`);
      this.sounding.clear();
    }
  }
}

/** A model folder for that codec, of a network that learned nothing: it plays anything, and is quickly loaded on an emulated machine. */
async function smallModel(plugin, codecId, name) {
  const { definition } = await loadPlugin(plugin);
  const { vocabulary, id: codec } = definition.live.codec(codecId);
  const layers = [{ cell: 'gru', units: 8 }];
  const spec = { inputClasses: vocabulary.size, embedding: 0, layers, outputClasses: vocabulary.size };
  const metadata = {
    codec,
    vocabularyHash: vocabulary.hash,
    startToken: 0,
    name,
    corpus: 'none',
    licence: 'MIT',
  };
  const files = modelFiles(kerasNetwork(spec, 1), { name, metadata, generatedBy: 'test' });
  const folder = join(models, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return folder;
}

const models = mkdtempSync(join(tmpdir(), 'continuo-models-'));
const [one, other] = [
  await smallModel('piano', 'performance-388', 'one'),
  await smallModel('piano', 'performance-388', 'other'),
];
const folk = await smallModel('folk', 'folk-session-1', 'tunes');

const session = await LiveSession.open({
  ...{ plugin: 'piano', model: one, engine: 'kernel', precision: 'int8' },
  ...{ seed: 7, mode: 'solo', takes: null },
});
const told = [];
session.subscribe((event) => {
  if (event.type !== 'trouble' || event.code === 'SESSION_PAUSED') return;
  told.push(event.code);
  console.log(event.code, event.message);
});

/** Our own clients of the sequencer. */
const clients = () => sequencer().match(/^Client .*RtMidi/gm).length;

/** Waits until `synth` sounds, then does `act`; what it heard from then until it sounds again. */
async function during(synth, act) {
  const began = now();
  await until('it sounds', () => synth.sounding.size > 0);
  const [silences, from, ports] = [synth.silences, told.length, clients()];
  await act();
  await until('it is silenced', () => synth.silences > silences);
  const { struck } = synth;
  await until('it sounds again', () => synth.struck > struck + 3);
  const result = {
    faults: synth.faults.splice(0),
    told: told.slice(from),
    output: session.ports().output,
    ports: clients() - ports,
  };
  console.log(`${(now() - began).toFixed(1)} s`, JSON.stringify(result));
  return result;
}

const load = (plugin, model) => () => session.load({ plugin, model });
const fail = (how) => () => failures.postMessage(how);

try {
  await session.connect('output', 'virtual');
  session.command({ type: 'start' });
  const listening = new Synth();
  // Whoever connects to our port does so once.
  const listener = system.openInput('Continuo', (message) => listening.hear(message));
  results.own = {
    model: await during(listening, load('piano', other)),
    plugin: await during(listening, load('folk', folk)),
    die: await during(listening, fail('die')),
    hang: await during(listening, fail('hang')),
  };
  const synth = new Synth();
  const port = system.openVirtualInput('Test Synth', (message) => synth.hear(message));
  await session.connect('output', 'test synth');
  await until('our port is closed', () => !/Port .*"Continuo"/.test(sequencer()), 30);
  results.moved = { faults: listening.faults, sounding: listening.sounding.size };
  results.other = {
    plugin: await during(synth, load('piano', one)),
    die: await during(synth, fail('die')),
    hang: await during(synth, fail('hang')),
  };
  await session.close();
  results.end = { faults: synth.faults, sounding: synth.sounding.size };
  listener.close();
  port.close();
} catch (error) {
  results.error = String(error?.stack ?? error);
}
console.log(JSON.stringify(results));
writeFileSync(join(out, 'results.json'), JSON.stringify(results));
process.exit(0);
