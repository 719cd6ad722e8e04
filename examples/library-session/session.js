// A session on the library alone: a phrase is played to the network, which answers it, note by note in real time.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openPerformer, parseDescriptor, Session } from 'continuo';
import definition from 'continuo/plugins/piano';

const read = (path) => readFile(fileURLToPath(import.meta.resolve(`continuo/${path}`)));
const descriptor = parseDescriptor(JSON.parse(await read('plugins/piano/plugin.json')), 'plugin.json');
const plugin = { descriptor, definition };
const performer = await openPerformer(plugin, (path) => read(`models/piano-pop/${path}`), { seed: 7 });

const begun = performance.now();
const clock = () => (performance.now() - begun) / 1000;
const say = (what) => console.log(`${clock().toFixed(2)} s  ${what}`);
const session = new Session({
  ...performer,
  ...{ mode: 'answer', time: 0, clock, record: () => {} },
  output: { noteOn: (pitch, velocity) => say(`note ${pitch}, ${velocity}`), noteOff() {}, silence() {} },
  emit: (event) => event.type === 'phase' && say(event.phase),
});
session.command({ type: 'start' }, clock());
const play = (type, pitch) => session.input({ type, time: clock(), pitch, velocity: 80 });
for (const [index, pitch] of [60, 64, 67, 72, 71].entries()) {
  setTimeout(() => play('noteOn', pitch), 250 * index);
  setTimeout(() => play('noteOff', pitch), 250 * index + 200);
}
const timer = setInterval(() => {
  session.advance(clock());
  if (clock() < 8) return;
  session.command({ type: 'stop' }, clock());
  clearInterval(timer);
}, 5);
