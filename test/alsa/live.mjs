// What live.test.ts looks at: `continuo jam` while devices and programs come and go. Keyboard and synth are ports of this program.
// node test/alsa/live.mjs OUT (a folder): writes OUT/results.json
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { endPeers, portNamed, ports, sequencer, startPeer, until } from './peers.mjs';

const [out] = process.argv.slice(2);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const { openSystemPorts } = await import(pathToFileURL(join(dist, 'midi/index.js')));
const now = () => performance.now() / 1000;
const system = await openSystemPorts(now);
const results = {};

async function step(name, run) {
  const began = now();
  try {
    results[name] = await run();
  } catch (error) {
    results[name] = { error: String(error?.stack ?? error) };
  }
  console.log(`${name}: ${(now() - began).toFixed(1)} s ${JSON.stringify(results[name])}`);
}

const jam = (...options) =>
  startPeer(
    process.execPath,
    join(dist, 'cli/main.js'),
    ...['jam', '--model', 'piano-pop-start', '--seed', '7', '--no-take', '--set', 'thru=true', ...options],
  );

/** A port of this program's that records what it gets. */
function recorder(open) {
  const received = [];
  const port = open((message) => received.push([...message]));
  const has = (...message) => received.some((each) => message.every((byte, index) => byte === each[index]));
  return {
    port,
    received,
    has,
    gets: (...message) => until(`${message} in ${JSON.stringify(received)}`, () => has(...message), 60),
  };
}

const openKeys = () => system.openVirtualOutput('Test Keys');
const openSynth = () => recorder((hear) => system.openVirtualInput('Test Synth', hear));

let keys = openKeys();
let synth = openSynth();
const host = jam('--in', 'test keys', '--out', 'test synth', '--mode', 'listen');
await host.said(/Your turn/);

/** The notices that `act` brings about, once the host has said `count` of them; and how long that took. */
async function notices(count, act) {
  const before = host.output().length;
  const began = now();
  await act();
  const said = () =>
    host
      .output()
      .slice(before)
      .match(/PORT_(LOST|BACK)/g) ?? [];
  await until(`${count} notices`, () => said().length >= count, 60).catch(() => undefined);
  return { notices: said(), seconds: now() - began };
}

/** What the synth gets of `messages`; the last note tells that all came through. */
async function through(...messages) {
  const from = synth.received.length;
  for (const message of messages) keys.send(message);
  keys.send([0x90, 1, 1]);
  keys.send([0x80, 1, 64]);
  await until(
    'the last',
    () => synth.received.slice(from).some(([status, key]) => status === 0x80 && key === 1),
    60,
  );
  return synth.received.slice(from, -2);
}

// A keyboard on an interface that stays: VirMIDI, played by amidi, byte for byte.
await step('sensing', async () => {
  const heard = [];
  const input = system.openInput('VirMIDI 0-0', (message) => heard.push([...message]));
  const said = await startPeer('amidi', '-p', 'hw:0,0', '-S', '90 3C FE 50 F8 FE FE 3E 50').end();
  await until('all notes off', () => heard.length >= 18, 60).catch(() => undefined);
  input.close();
  return { said: said.code, heard };
});

await step('through', async () => {
  const twice = await through([0x90, 0x48, 80], [0x91, 0x48, 80], [0x81, 0x48, 0], [0x80, 0x48, 0]);
  const first = [
    [0x90, 0x34, 80],
    [0x90, 0x30, 80],
    [0xb0, 64, 127],
  ];
  const notesOff = await through(...first, [0xb0, 123, 0]);
  const soundOff = await through(...first, [0xb0, 120, 0]);
  const moved = await through(
    [0xb0, 64, 127],
    [0x90, 60, 80],
    [0x80, 60, 64],
    [0xb0, 64, 0],
    [0xc0, 5],
    [0xd0, 9],
  );
  const drums = await through([0x99, 36, 80], [0x89, 36, 0]);
  await host.said(/CHANNEL_IGNORED/);
  return { twice, notesOff, soundOff, moved, drums };
});

keys.send([0xd0, 0]);
await step('briefIn', async () => {
  keys.send([0x90, 60, 80]);
  await synth.gets(0x90, 60);
  const told = await notices(2, () => {
    keys.close();
    keys = openKeys();
  });
  await synth.gets(0x80, 60);
  keys.send([0x90, 62, 80]);
  await synth.gets(0x90, 62);
  keys.send([0x80, 62, 0]);
  await synth.gets(0x80, 62);
  return told;
});

await step('briefOut', async () => {
  keys.send([0xb0, 64, 127]);
  keys.send([0x90, 64, 80]);
  await synth.gets(0x90, 64);
  const told = await notices(2, () => {
    synth.port.close();
    synth = openSynth();
  });
  await until('the offs', () => synth.received.length >= 5, 60);
  const first = synth.received.slice(0, 5);
  keys.send([0x80, 64, 0]);
  keys.send([0x90, 65, 80]);
  await synth.gets(0x90, 65);
  keys.send([0x80, 65, 0]);
  return { ...told, first };
});

// Each connection is a client of the sequencer, and there are 192 for everybody.
await step('flapping', async () => {
  const clients = () => sequencer().match(/^Client/gm).length;
  const before = clients();
  for (let i = 0; i < 6; i++)
    await notices(2, () => {
      keys.close();
      keys = openKeys();
    });
  for (let i = 0; i < 6; i++)
    await notices(2, () => {
      synth.port.close();
      synth = openSynth();
    });
  await until('no client too many', () => clients() <= before, 10).catch(() => undefined);
  return { before, after: clients() };
});

await step('goneAndBack', async () => {
  const lost = await notices(2, () => {
    keys.close();
    synth.port.close();
  });
  await sleep(5000);
  // Whoever is plugged in between takes the old number.
  const other = system.openVirtualOutput('Another');
  const back = await notices(2, () => {
    keys = openKeys();
    synth = openSynth();
  });
  for (let i = 0; i < 6; i++) {
    keys.send([0x90, 70 + i, 80]);
    keys.send([0x80, 70 + i, 0]);
  }
  await synth.gets(0x80, 75);
  other.close();
  const heard = synth.received.filter(([status]) => status === 0x90).length;
  return { lost: lost.notices, back: back.notices, seconds: back.seconds, heard };
});

keys.send([0xe0, 0, 80]);
keys.send([0xb0, 1, 64]);
await synth.gets(0xb0, 1);
results.ended = (await host.end('SIGTERM')).code;
await synth.gets(0xb0, 120).catch(() => undefined);
results.atEnd = synth.received.slice(-10);
keys.close();
synth.port.close();

const guest = jam('--in', 'virtual', '--out', 'virtual', '--mode', 'answer');
await guest.said(/Your turn/);
const listener = recorder((hear) => system.openInput('Continuo', hear));

await step('peerLeaves', async () => {
  const player = system.openOutput('Continuo');
  player.send([0x90, 60, 80]);
  await listener.gets(0x90, 60);
  // Long enough for the host to have seen who plays.
  await sleep(1500);
  const began = now();
  player.close();
  await listener.gets(0x80, 60);
  const seconds = now() - began;
  await guest.said(/PORT_LOST/, 60);
  return { seconds };
});

// A program that does not run reads nothing: the kernel keeps 200 messages for it, and throws them away with one more.
await step('overrun', async () => {
  const player = system.openOutput('Continuo');
  player.send([0x90, 61, 80]);
  await listener.gets(0x90, 61);
  guest.send('SIGSTOP');
  player.send([0x80, 61, 0]);
  for (let i = 0; i < 400; i++) player.send([0xb0, 1, i % 128]);
  guest.send('SIGCONT');
  await listener.gets(0x80, 61);
  await guest.said(/PORT_OVERRUN/, 60);
  player.send([0x90, 63, 80]);
  await listener.gets(0x90, 63);
  player.send([0x80, 63, 0]);
  await listener.gets(0x80, 63);
  player.close();
  return { said: guest.output().match(/.*PORT_OVERRUN/g) };
});

/** Plays a key into a jam in a loop; how often it said so and answered, and what its listener got. */
async function looped(session, player, { received }) {
  await session.said(/PORT_LOOP/, 60);
  const [before, from] = [session.output().length, received.length];
  player.send([0x90, 24, 80]);
  await sleep(200);
  player.send([0x80, 24, 0]);
  // One whole answer; were it heard, another would follow.
  await until('an answer', () => /Answering.*Your turn/s.test(session.output().slice(before)), 60).catch(
    () => undefined,
  );
  await sleep(10_000);
  const got = received.slice(from);
  return {
    said: session.output().match(/PORT_LOOP/g).length,
    answers:
      session
        .output()
        .slice(before)
        .match(/Answering/g)?.length ?? 0,
    strokes: got.filter(([status, key]) => status === 0x90 && key === 24).length,
    releases: got.filter(([status, key]) => status === 0x80 && key === 24).length,
    notes: got.filter(([status]) => status === 0x90).length,
  };
}

// Its own output is wired into its own input.
await step('loop', async () => {
  const own = (kind) =>
    ports().find(({ client, name }) => name === 'Continuo' && client.includes(kind)).address;
  const wired = await startPeer('aconnect', own('Output'), own('Input')).end();
  const player = system.openOutput('Continuo');
  const heard = await looped(guest, player, listener);
  player.close();
  return { wired: wired.code, ...heard };
});

results.guest = (await guest.end('SIGTERM')).code;

// Input and output are both Midi Through, which hands on what it gets.
await step('throughLoop', async () => {
  const third = jam('--in', 'midi through', '--out', 'midi through', '--mode', 'answer');
  await third.said(/Your turn/);
  const player = system.openOutput('Midi Through');
  const heard = await looped(
    third,
    player,
    recorder((hear) => system.openInput('Midi Through', hear)),
  );
  await third.end('SIGTERM');
  return heard;
});

// The same under `start`, which says it on the terminal too.
await step('start', async () => {
  const keyboard = openKeys();
  const options = [
    '--in',
    'test keys',
    '--model',
    'piano-pop-start',
    '--no-take',
    '--no-open',
    '--port',
    '0',
  ];
  const panel = startPeer(process.execPath, join(dist, 'cli/main.js'), 'start', ...options);
  await panel.said(/stop +Ctrl-C/);
  keyboard.close();
  await panel.said(/PORT_LOST/, 60);
  const again = openKeys();
  await panel.said(/PORT_BACK/, 60);
  const { connected } = await portNamed('Test Keys');
  again.close();
  return { connected: connected.length, code: (await panel.end('SIGTERM')).code };
});

endPeers();
writeFileSync(join(out, 'results.json'), JSON.stringify(results));
process.exit(0);
