// Adds pieces to a data set from which a network learns to begin anew: a part of one piece cut off anywhere, the start token, once or several
// times, another piece. Live, music stops anywhere, and what comes next is another beginning.
//   node scripts/restart-pieces.mjs SHARDS --at BAR [--count 320]      BAR: the range of tokens at which a part may begin
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { at: { type: 'string' }, count: { type: 'string', default: '320' } },
});
const [folder] = positionals;
const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
const range = meta.ranges.find(({ name }) => name === values.at);
if (!range) throw new Error(`--at: expected one of ${meta.ranges.map(({ name }) => name).join(', ')}`);
if (meta.splits.train.restarts) throw new Error(`${folder} has such pieces already`);
const size = range.fields.reduce((product, { radix }) => product * radix, 1);
const begins = (token) => token >= range.first && token < range.first + size;

const Tokens = meta.dtype === 'uint32' ? Uint32Array : Uint16Array;
const bytes = readFileSync(join(folder, 'train.bin'));
const tokens = [...new Tokens(bytes.buffer, bytes.byteOffset, bytes.length / Tokens.BYTES_PER_ELEMENT)];
const index = JSON.parse(readFileSync(join(folder, 'train.index.json'), 'utf8'));
const pieces = index.map(({ offset, length }) => tokens.slice(offset, offset + length));

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const pick = (list) => list[Math.floor(random() * list.length)];

const MOST_AGAIN = 12;
const LEAST_BEFORE = 20;
const MOST_BEFORE = 500;
const MOST_AFTER = 900;
for (let number = 0; number < Number(values.count); number++) {
  const [before, after] = [pick(pieces), pick(pieces)];
  const from = pick(before.flatMap((token, at) => (begins(token) ? [at] : [])));
  const again = new Array(1 + Math.floor(random() ** 2 * MOST_AGAIN)).fill(meta.startToken);
  const cut = before.slice(from, from + LEAST_BEFORE + Math.floor(random() * MOST_BEFORE));
  const made = [...cut, ...again, ...after.slice(0, MOST_AFTER)];
  index.push({ path: `restart ${number}`, offset: tokens.length, length: made.length, notes: 0, seconds: 0 });
  for (const token of made) tokens.push(token);
}

Object.assign(meta.splits.train, {
  pieces: index.length,
  tokens: tokens.length,
  restarts: Number(values.count),
});
const replace = (name, content) => {
  writeFileSync(join(folder, `${name}.part`), content);
  renameSync(join(folder, `${name}.part`), join(folder, name));
};
replace('train.bin', new Uint8Array(Tokens.from(tokens).buffer));
replace('train.index.json', `[\n${index.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
replace('meta.json', `${JSON.stringify(meta, null, 1)}\n`);
