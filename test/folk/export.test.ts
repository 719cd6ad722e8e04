import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readMidi } from '../../src/music/midi/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const abc = (...args: string[]) => spawnSync(process.execPath, [main, 'abc', ...args], { encoding: 'utf8' });

const book = join(folder, 'book.abc');
writeFileSync(
  book,
  `X:1
T:A hornpipe
R:hornpipe
M:4/4
L:1/8
K:G
|:GABc dcBA|1 G8:|2 G4 z4|]

X:2
T:None
K:C
A0|

X:3
T:With a tempo & chords
M:6/8
L:1/8
Q:3/8=100
K:D
"D"~d3 {e}dBA|
`,
);
const starts = (path: string) =>
  readMidi(readFileSync(path)).tracks.flatMap(({ notes }) => notes.map(({ start }) => start));

describe('continuo abc midi', () => {
  it('writes a file a tune, with repeats and lilt; what cannot be read is named and left out', () => {
    const out = join(folder, 'all');
    const { status, stderr } = abc('midi', book, '--out', out);
    expect(status).toBe(1);
    expect(stderr).toMatch(/book\.abc:12:2: X:2 is left out/);
    expect(readdirSync(out)).toEqual(['tune-1.mid', 'tune-3.mid']);
    // 180 quarter notes a minute: pairs of a third of a second, two to one.
    const hornpipe = starts(join(out, 'tune-1.mid'));
    expect(hornpipe.length).toBe(18);
    expect(hornpipe[1]).toBeCloseTo(2 / 9, 2);
    // 100 beats of three eighths a minute: a roll of five notes, a grace before the next.
    const last = starts(join(out, 'tune-3.mid'));
    expect(last.length).toBe(9);
    const at = last.map((start) => Math.round(start * 100));
    expect(at.filter((time) => time % 20 === 0)).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it('writes one tune into a file, as written if asked', () => {
    const out = join(folder, 'one.mid');
    expect(abc('midi', book, '--tune', '1', '--lilt', '0', '-o', out).status).toBe(0);
    expect(starts(out)[1]).toBeCloseTo(1 / 6, 2);
    expect(abc('midi', book, '-o', out).stderr).toContain('has 3 tunes');
    expect(abc('midi', book, '-o', out, '--tune', '9').stderr).toContain('has no tune X:9');
  });
});

it('continuo abc svg engraves all that is written', () => {
  const out = join(folder, 'one.svg');
  expect(abc('svg', book, '--tune', '3', '-o', out).status).toBe(0);
  const svg = readFileSync(out, 'utf8');
  for (const text of ['With a tempo &amp; chords', '= 100', 'D']) expect(svg).toContain(`>${text}</tspan>`);
  expect(svg).toContain('data-name="scripts.roll"');
});
