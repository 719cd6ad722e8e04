import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { uniform } from '../../src/model/random.js';
import { readAbc } from '../../src/music/abc/index.js';
import { describeWith } from '../requires.js';
import { survives } from './abc-survives.js';

/** CONTINUO_FOLK_MUTATED=10000 tries that many, and says how long a tune took and what the heap grew by. */
const COUNT = Number(process.env.CONTINUO_FOLK_MUTATED ?? 600);
const SEED = 4;

/** Numbers between 0 and 1, by the seed alone. */
function numbers(stream: number): () => number {
  let index = 0;
  return () => uniform(SEED, stream, index++);
}

const PIECES = [
  ...[
    '|:',
    ':|',
    '::',
    '[1',
    '|2',
    '(3',
    '(9:99:99',
    '>>>',
    '<',
    '-',
    '{',
    '}',
    '"',
    '[',
    ']',
    '&',
    '\\',
    '%',
    '!',
  ],
  ...[
    '[K:F#m]',
    '[M:3/8]',
    '[L:1/1]',
    'K:none\n',
    'M:C|\n',
    'L:1/128\n',
    'X:1\n',
    '\n',
    '\n\n',
    '\r',
    '\0',
    '\uFFFE',
  ],
  ...[
    '^^',
    '__',
    "'''''",
    ',,,,,',
    'Z99',
    'z999',
    '/997',
    '/0',
    '999999999',
    'V:2\n',
    'U:T=x\n',
    'w:la la\n',
    '+:\n',
  ],
];

type Change = (text: string, at: number, random: () => number, other: string) => string;

const CHANGES: readonly Change[] = [
  // A bit flipped.
  (text, at, random) => {
    const flipped = text.charCodeAt(at) ^ (1 << Math.floor(8 * random()));
    return text.slice(0, at) + String.fromCharCode(flipped) + text.slice(at + 1);
  },
  // A stretch cut out.
  (text, at, random) => text.slice(0, at) + text.slice(at + Math.floor(40 * random())),
  // Joined with another tune.
  (text, at, random, other) => text.slice(0, at) + other.slice(Math.floor(random() * other.length)),
  // Two lines swapped.
  (text, _, random) => {
    const lines = text.split('\n');
    const [a, b] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    return lines.join('\n');
  },
  // A number made huge.
  (text, at, random) =>
    text.slice(0, at) +
    text.slice(at).replace(/\d+/, (number) => number.repeat(1 + Math.floor(12 * random()))),
  // A sign put in.
  (text, at, random) => text.slice(0, at) + PIECES[Math.floor(random() * PIECES.length)] + text.slice(at),
  // A stretch many times.
  (text, at, random) =>
    text.slice(0, at) +
    text.slice(at, at + Math.floor(30 * random())).repeat(1 + Math.floor(20 * random())) +
    text.slice(at),
];

describeWith('the corpora (CONTINUO_DATA)', 'tunes of books, mutated', (data) => {
  it(`survives ${COUNT} of them`, { timeout: 900_000 }, () => {
    const sources = ['cre', 'oneills1850', 'ryansMammoth', 'airdsAirs'].flatMap((name) =>
      readAbc(readFileSync(join(data, 'folk', `${name}.abc`), 'utf8')).map(({ source }) => source),
    );
    const pick = (random: () => number) => sources[Math.floor(random() * sources.length)]!;
    let [read, tunes, slowest] = [0, 0, 0];
    const heap: number[] = [];
    const began = performance.now();
    for (let index = 0; index < COUNT; index++) {
      if (index % Math.ceil(COUNT / 10) === 0) heap.push(process.memoryUsage().heapUsed);
      const random = numbers(index);
      let text = pick(random);
      for (let changes = 1 + Math.floor(6 * random()); changes > 0; changes--) {
        const change = CHANGES[Math.floor(random() * CHANGES.length)]!;
        text = change(text, Math.floor(random() * text.length), random, pick(random));
      }
      const before = performance.now();
      try {
        const survived = survives(text);
        read += survived.read;
        tunes += survived.tunes;
      } catch (error) {
        throw new Error(`mutation ${index} of seed ${SEED}:\n${text}`, { cause: error });
      }
      slowest = Math.max(slowest, performance.now() - before);
    }
    const each = (performance.now() - began) / COUNT;
    const megabytes = heap.map((bytes) => Math.round(bytes / 2 ** 20));
    if (process.env.CONTINUO_FOLK_MUTATED) {
      process.stdout.write(
        `${COUNT} texts, ${tunes} tunes, ${read} read; ${each.toFixed(2)} ms a text, at most ${slowest.toFixed(0)} ms; heap in MB ${megabytes.join(' ')}\n`,
      );
    }
    // The mutations are such that both happen.
    expect(read / tunes).toBeGreaterThan(0.1);
    expect(read / tunes).toBeLessThan(0.9);
    // Nothing is kept of one text to the next; garbage comes and goes.
    expect(Math.min(...heap.slice(5)) - Math.max(...heap.slice(0, 2))).toBeLessThan(200 * 2 ** 20);
  });
});
