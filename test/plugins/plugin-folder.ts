import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A plugin with a predictor that tests can make misbehave; in JavaScript, as a stranger may write it. */
export const player = ({ codec = 'codec', feed = '', predict = '', live = '' } = {}) => `
import { codecById, definePlugin } from 'continuo/plugin';

const codec = codecById('performance-388');
const TRIGGER = codec.symbols.findIndex((one) => one.type === 'on' && one.pitch === 100);
const SECOND = codec.symbols.findIndex((one) => one.type === 'shift' && one.steps === 100);
const on = (pitch) => codec.symbols.findIndex((one) => one.type === 'on' && one.pitch === pitch);
const off = (pitch) => codec.symbols.findIndex((one) => one.type === 'off' && one.pitch === pitch);

function open() {
  let last = SECOND;
  let triggered = false;
  return {
    feed(token) {
      if (token === TRIGGER) triggered = true;
      last = token;
      ${feed}
    },
    predict(logits) {
      logits.fill(-20);
      logits[last === on(72) ? SECOND : last === SECOND ? off(72) : on(72)] = 20;
      ${predict}
    },
    snapshot: () => ({ last, triggered }),
    restore(snapshot) {
      ({ last, triggered } = snapshot);
    },
  };
}

export default definePlugin({ live: { codec: () => ${codec},${live} }, predictor: { open } });
`;

/** Answers with one note, that is the higher the more notes it has ever heard: what it knows is heard. `wrong`: what it does at the pitch 100. */
export const counter = (wrong = '', lowest = 24) => `
import { codecById, definePlugin } from 'continuo/plugin';

const codec = codecById('performance-388');
const token = (type, value) => codec.symbols.findIndex((one) => one.type === type && (one.pitch ?? one.steps) === value);
const SECOND = token('shift', 100);

function open() {
  let memory = { heard: 0, last: 0, sounding: 0 };
  return {
    feed(now) {
      const { type, pitch } = codec.symbols[now];
      if (type === 'on' && pitch === 100) { ${wrong} }
      const heard = memory.heard + (type === 'on' && pitch >= 60 ? 1 : 0);
      const sounding = type === 'on' && pitch < 60 ? pitch : type === 'off' ? 0 : memory.sounding;
      memory = { heard, last: now, sounding };
    },
    predict(logits) {
      logits.fill(-20);
      logits[SECOND] = 0;
      const { heard, last, sounding } = memory;
      const waited = codec.symbols[last].type === 'shift';
      logits[!waited ? SECOND : sounding === 0 ? token('on', ${lowest} + heard) : token('off', sounding)] = 20;
    },
    snapshot: () => memory,
    restore(snapshot) { memory = snapshot; },
  };
}

export default definePlugin({ live: { codec: () => codec }, predictor: { open } });
`;

/** Writes a plugin's folder under `parent`, and returns it. `code` null: there is none. */
export function pluginFolder(
  parent: string,
  id: string,
  { manifest = {}, code = player() }: { readonly manifest?: object; readonly code?: string | null } = {},
): string {
  const folder = join(parent, id);
  mkdirSync(folder, { recursive: true });
  const plugin = {
    ...{ apiVersion: '2.0', id, name: `The ${id}`, version: '1.0.0', extensions: ['live', 'predictor'] },
    ...manifest,
  };
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(plugin));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  if (code !== null) writeFileSync(join(folder, 'index.js'), code);
  return folder;
}
