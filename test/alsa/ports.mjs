// What ports.test.ts looks at: the built program's ports, on a machine with a real ALSA sequencer and real peers.
// node test/alsa/ports.mjs SUITE.mjs PHRASE.mid OUT (a folder): writes OUT/results.json and OUT/recorded.mid
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { endPeers, portNamed, ports, sequencer, startPeer, until } from './peers.mjs';

const [suiteFile, phraseFile, out] = process.argv.slice(2);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const midi = await import(pathToFileURL(join(dist, 'midi/index.js')));
const now = () => performance.now() / 1000;
const system = await midi.openSystemPorts(now);
const clients = () => sequencer().match(/^Client/gm).length;
const results = {};

async function step(name, run) {
  const began = now();
  try {
    results[name] = await run();
  } catch (error) {
    results[name] = { error: String(error?.stack ?? error) };
  }
  console.log(`${name}: ${(now() - began).toFixed(1)} s`);
}

await step('list', () => system.list());

await step('suite', async () => {
  const { PORT_SUITE } = await import(pathToFileURL(suiteFile));
  const failed = {};
  for (const { title, run } of PORT_SUITE) {
    const timeout = new Promise((_, reject) =>
      setTimeout(() => reject(new Error('no end within 300 s')), 300_000).unref(),
    );
    await Promise.race([run(system, now), timeout]).catch((error) => {
      failed[title] = String(error?.stack ?? error);
    });
  }
  return { cases: PORT_SUITE.length, failed };
});

// aplaymidi plays a file into our virtual input, while this thread is held up now and then as a busy host's would be.
await step('heard', async () => {
  const arrivals = [];
  const input = system.openVirtualInput('Test In', (message, time) =>
    arrivals.push({ message, time, read: now() }),
  );
  const { address } = await portNamed('Test In');
  const hold = setInterval(() => {
    const end = now() + 0.12;
    while (now() < end);
  }, 330);
  const player = await startPeer('aplaymidi', '-d', '0', '-p', address, phraseFile).end();
  clearInterval(hold);
  await until(
    'the last note-off',
    () => arrivals.filter(({ message }) => (message[0] & 0xe0) === 0x80).length >= 24,
  );
  input.close();
  return { player, arrivals };
});

// arecordmidi and aseqdump listen to our virtual output.
await step('recorded', async () => {
  const output = system.openVirtualOutput('Test Out');
  const { address } = await portNamed('Test Out');
  const file = join(out, 'recorded.mid');
  const recorder = startPeer('arecordmidi', '-p', address, file);
  const dumper = startPeer('aseqdump', '-p', address);
  await until(
    'both listeners',
    () => ports().find((port) => port.address === address)?.connected.length === 2,
  );
  const sent = [];
  const send = (message) => {
    output.send(message);
    sent.push(message);
  };
  send([0xb0, 64, 127]);
  for (let i = 0; i < 12; i++) {
    send([0x90, 60 + i, 40 + i]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    send(i % 2 ? [0x80, 60 + i, 64] : [0x90, 60 + i, 0]);
  }
  send([0xb0, 64, 0]);
  await dumper.said(/Control change +0, controller 64, value 0/);
  const refused = [];
  for (const message of [
    [0x90, 60],
    [0x90, 128, 1],
    [60, 60, 60],
    [0xf0, 1, 0xf7],
  ])
    try {
      output.send(message);
    } catch (error) {
      refused.push(error.code);
    }
  const recording = await recorder.end('SIGINT');
  const dump = await dumper.end('SIGINT');
  output.close();
  return { sent, refused, recording, dump };
});

// A client that we play to is killed while its notes sound; the watch tells, and sending goes on for nobody.
await step('vanished', async () => {
  const peer = startPeer('aseqdump');
  await portNamed('aseqdump');
  const changes = [];
  const stop = midi.watchPorts(system, (after, before) => {
    changes.push({ after: after.ports, before: before.ports });
    return false;
  });
  const output = system.openOutput('aseqdump');
  output.send([0x90, 60, 64]);
  await peer.said(/Note on +0, note 60, velocity 64/);
  await peer.end('SIGKILL');
  for (let i = 0; i < 20; i++) output.send([0x80, 60, 64]);
  await until('the watch', () => !(changes.at(-1)?.after.outputs.includes(output.name) ?? true));
  stop();
  output.send([0x90, 60, 64]);
  output.close();
  return { name: output.name, changes };
});

// A worker opens ports of its own, as the scheduler does, and is killed with them open.
await step('worker', async () => {
  const arrivals = [];
  const input = system.openVirtualInput('Test In', (message, time) => arrivals.push({ message, time }));
  const worker = new Worker(
    `import { setFlagsFromString } from 'node:v8';
     import { runInNewContext } from 'node:vm';
     import { parentPort, workerData } from 'node:worker_threads';
     const { openSystemPorts } = await import(workerData);
     const system = await openSystemPorts(() => performance.now() / 1000);
     const output = system.openOutput('test in');
     system.openVirtualOutput('Of the worker');
     for (let i = 0; i < 5; i++) { output.send([0x90, 60 + i, 64]); output.send([0x80, 60 + i, 64]); }
     // A port that nobody holds stays open all the same.
     setFlagsFromString('--expose-gc');
     runInNewContext('gc')();
     parentPort.postMessage(output.name);
     setInterval(() => {}, 1000);`,
    { eval: true, workerData: pathToFileURL(join(dist, 'midi/index.js')).href },
  );
  const opened = await new Promise((resolve, reject) =>
    worker.once('message', resolve).once('error', reject),
  );
  await until('the messages of the worker', () => arrivals.length === 10);
  const during = system.list().inputs;
  await worker.terminate();
  await until(
    'the end of its ports',
    () => !system.list().inputs.some((name) => name.includes('Of the worker')),
  );
  input.close();
  return { opened, during, after: system.list().inputs, messages: arrivals.map(({ message }) => message) };
});

await step('leaks', async () => {
  const before = clients();
  for (let i = 0; i < 150; i++) system.list();
  const lists = clients();
  // Twice as many openings as ALSA has room for clients.
  for (let i = 0; i < 32; i++) {
    const source = system.openVirtualOutput('Leak Out');
    const sink = system.openVirtualInput('Leak In', () => {});
    const opened = [system.openInput('Leak Out', () => {}), system.openOutput('Leak In')];
    for (const port of [source, sink, ...opened]) port.close();
  }
  return { before, lists, openings: clients() };
});

// What the commands say where there is something to list.
await step('commands', async () => {
  const main = join(dist, 'cli/main.js');
  const synth = system.openVirtualInput('A FLUID Synth', () => {});
  const listed = await startPeer(process.execPath, main, 'ports').end();
  const doctor = JSON.parse((await startPeer(process.execPath, main, 'doctor', '--json').end()).output);
  synth.close();
  return { listed, doctor };
});

// What a user meets without a sequencer and without libasound. Last, for nothing works after it.
await step('without', async () => {
  const tried = async () => {
    const script = `import(${JSON.stringify(pathToFileURL(join(dist, 'midi/index.js')))})
      .then(({ openSystemPorts }) => openSystemPorts(() => 0))
      .then(() => console.log('{}'), ({ code, message, hint }) => console.log(JSON.stringify({ code, message, hint })))`;
    const { output } = await startPeer(process.execPath, '-e', script).end();
    return JSON.parse(output);
  };
  rmSync('/dev/snd/seq');
  const sequencer = await tried();
  for (const folder of ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'])
    for (const name of ['libasound.so.2', 'libasound.so.2.0.0']) rmSync(join(folder, name), { force: true });
  return { sequencer, library: await tried() };
});

writeFileSync(join(out, 'results.json'), JSON.stringify(results));
endPeers();
process.exit(0);
