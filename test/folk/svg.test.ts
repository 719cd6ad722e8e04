import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { engrave } from '../../src/engraving/engrave.js';
import { writeAbc } from '../../src/music/abc/index.js';
import { folkCodec } from '../../src/plugins/folk/codec/index.js';
import { resolveRequest } from '../../src/plugins/folk/generate/rules.js';
import { barredTune } from '../../src/plugins/folk/rework/bars.js';
import { randomTune } from './random-tune.js';

const jig = `X:1
T:Tom & <Jerry>
R:jig
N:seed 7
M:6/8
K:Ador
|:E|E2E E2^D|(3EDE G2 A2|1 E2A A2:|2 E2A A3|]
`;

/** Throws on what is no XML. */
function parsed(svg: string) {
  const complain = (_: string, message: string) => {
    throw new Error(message);
  };
  return new DOMParser({ onError: complain }).parseFromString(svg, 'image/svg+xml');
}

function textsOf(svg: string): string[] {
  return [...parsed(svg).getElementsByTagName('tspan')].map(({ textContent }) => textContent ?? '');
}

/** abcjs names a note's head after its pitch in ABC. */
function headsOf(svg: string): number {
  return [...parsed(svg).getElementsByTagName('path')].filter((path) =>
    /^[\^_=]*[A-Ga-g][,']*$/.test(path.getAttribute('data-name') ?? ''),
  ).length;
}

describe('a tune engraved', () => {
  it('has its title, type, notes, tuplets and endings; how it was made is its description', () => {
    const svg = engrave(jig);
    expect(textsOf(svg)).toEqual(['Tom & <Jerry>', 'jig', '3', '1', '2']);
    expect(headsOf(svg)).toBe(16);
    const [title, description] = ['title', 'desc'].map(
      (name) => parsed(svg).getElementsByTagName(name)[0]?.textContent,
    );
    expect([title, description]).toEqual(['Tom & <Jerry>', 'seed 7']);
  });

  it('begins each line but the first with the number of its bar, as --redo counts them', () => {
    const lines = ['|:E|E2E E2D|E2A A2:|', '|:E|E2E E2D|1 E2A A2:|2 E2A A3|]', 'A3 A3|A3 A3|]'];
    const abc = jig.replace(/\|:.*\n/, `${lines.join('\n')}\n`);
    const numbers = [...parsed(engrave(abc)).getElementsByTagName('text')].filter(
      (text) => text.getAttribute('data-name') === 'bar-number',
    );
    expect(numbers.map(({ textContent }) => textContent)).toEqual(['3', '6']);
    expect(Math.max(...barredTune(abc).bars.map(({ number }) => number))).toBe(7);
  });

  it('stands alone: a size on paper, black on white, nothing to load', () => {
    const svg = engrave(jig);
    const root = parsed(svg).documentElement!;
    const [width, height] = root.getAttribute('viewBox')!.split(' ').slice(2).map(Number) as [number, number];
    expect(root.getAttribute('width')).toBe('184.0mm');
    const millimetres = Number.parseFloat(root.getAttribute('height')!);
    expect(millimetres / 184).toBeCloseTo(height / width, 2);
    expect(root.namespaceURI).toBe('http://www.w3.org/2000/svg');
    expect(svg).not.toMatch(/currentColor|href|url\(|<style|<script/);
    expect(parsed(svg).getElementsByTagName('rect')[0]!.getAttribute('fill')).toBe('#fff');
  });

  it('is the same each time, and the global variables lent to abcjs are taken back', () => {
    const before = Object.getOwnPropertyNames(globalThis);
    expect(engrave(jig)).toBe(engrave(jig));
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
    expect('document' in globalThis).toBe(false);
  });

  it('shows every note of any tune, inside the page', () => {
    for (const [seed, type] of ['reel', 'jig', 'slide', 'strathspey', 'waltz'].entries()) {
      const rules = resolveRequest({ type, form: 'AABB', bars: 8, range: 'fiddle' });
      const tune = folkCodec.decode(randomTune(rules, seed).tokens);
      const svg = engrave(writeAbc(tune));
      const notes = tune.body.reduce(
        (sum, element) =>
          sum + (element.kind === 'note' ? 1 : element.kind === 'chord' ? element.notes.length : 0),
        0,
      );
      expect(headsOf(svg)).toBe(notes);
      const [width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.slice(1).map(Number) as [number, number];
      for (const [, x, y] of svg.matchAll(/ d="M\s*([-\d.]+)[ ,]([-\d.]+)/gi)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(width);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(height);
      }
    }
  });

  it('comes from the command line, a file a tune', () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-svg-'));
    try {
      const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
      const args = ['generate', 'folk', '--type', 'polka', '--count', '2', '--seed', '3', '--svg', folder];
      const { status, stdout } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
      expect(status).toBe(0);
      expect(readdirSync(folder)).toEqual(['tune-1.svg', 'tune-2.svg']);
      const [title] = /(?<=^T:).*/m.exec(stdout)!;
      expect(textsOf(readFileSync(join(folder, 'tune-1.svg'), 'utf8'))).toContain(title);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('breaks a line that is longer than the paper, and no other', () => {
  const size = (music: string) =>
    /viewBox="0 0 (\d+) (\d+)"/
      .exec(engrave(`X:1\nT:t\nM:4/4\nL:1/8\nK:G\n${music}\n`))!
      .slice(1)
      .map(Number) as [number, number];
  const [width, height] = size('GABc dBAG|'.repeat(4));
  const [longWidth, longHeight] = size('GABc dBAG|'.repeat(60));
  expect(longWidth).toBe(width);
  expect(longHeight).toBeGreaterThan(8 * height);
});
