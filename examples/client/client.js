// A client without a panel: it plays a phrase into a session of a running host and prints the answer, note by note as it sounds.
// node client.js [ADDRESS], which is what continuo start prints
import { setTimeout as wait } from 'node:timers/promises';
import { connectSession } from 'continuo/client';

const session = await connectSession(process.argv[2] ?? 'http://127.0.0.1:8137/');
const { plugin, model } = session.welcome.description;
console.log(`${plugin.name}, ${model.name}`);

let before;
session.on('phase', ({ phase, time }) => {
  if (phase !== before) console.log(`${time.toFixed(2)} s  ${phase}`);
  before = phase;
});
session.on('noteOn', async ({ voice, time, pitch, velocity }) => {
  // Notes of the model are told when they are planned, a moment ahead of their time.
  await wait(1000 * Math.max(0, time - session.now()));
  console.log(`${time.toFixed(2)} s  ${voice}: note ${pitch}, ${velocity}`);
});

await session.command({ type: 'mode', mode: 'answer' });
await session.command({ type: 'start' });
const answering = session.next('phase', ({ phase }) => phase === 'playing');
for (const pitch of [60, 64, 67, 72, 71]) {
  session.play({ type: 'noteOn', pitch, velocity: 80 });
  await wait(200);
  session.play({ type: 'noteOff', pitch });
  await wait(50);
}
await answering;
await session.next('phase', ({ phase }) => phase === 'waiting');
const stopped = session.next('phase', ({ phase }) => phase === 'stopped');
await session.command({ type: 'stop' });
await stopped;
session.close();
