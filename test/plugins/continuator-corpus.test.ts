import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, it, vi } from 'vitest';
import type { PerformanceSymbol } from '../../src/codec/performance/alphabet.js';
import { performancePacked16 as codec } from '../../src/codec/performance/performance-packed.js';
import { readMidi } from '../../src/music/midi/read.js';
import { toPerformance } from '../../src/music/to-performance.js';
import { describeWith } from '../requires.js';

vi.setConfig({ testTimeout: 120_000 });

interface Shares {
  readonly kinds: Float64Array;
  readonly pitches: Float64Array;
  readonly velocities: Float64Array;
  readonly steps: Float64Array;
  readonly ends: Float64Array;
}
type Foretelling = { of(memory: unknown, voice: 'heard'): Shares };
let parts: {
  Foretelling: new () => Foretelling;
  emptyMemory(): unknown;
  afterHeard(memory: unknown, symbol: PerformanceSymbol): unknown;
};

beforeAll(async () => {
  const folder = fileURLToPath(new URL('../../examples/plugins/continuator', import.meta.url));
  const part = (name: string) => import(pathToFileURL(join(folder, name)).href);
  parts = { ...(await part('foretell.js')), ...(await part('memory.js')) };
});

const SIZE = codec.vocabulary.size;
const TOKENS = 1200;

function shareOf({ kinds, pitches, velocities, steps, ends }: Shares, symbol: PerformanceSymbol): number {
  if (symbol.type === 'on')
    return kinds[0]! * pitches[symbol.pitch]! * velocities[symbol.pitch * 16 + symbol.bin!]!;
  if (symbol.type === 'off') return kinds[1]! * ends[symbol.pitch]!;
  return symbol.type === 'shift' ? kinds[2]! * steps[symbol.steps]! : 0;
}

/** Nats of a piece to the continuator, which hears it for the first time. */
function continuatorNats(tokens: readonly number[]): number {
  const foretelling = new parts.Foretelling();
  let memory = parts.emptyMemory();
  let nats = 0;
  for (const token of tokens) {
    const symbol = codec.symbols[token]!;
    nats -= Math.log(Math.max(1e-26, shareOf(foretelling.of(memory, 'heard'), symbol)));
    memory = parts.afterHeard(memory, symbol);
  }
  return nats;
}

/** The same to a model of a fixed order that learns as it goes (Witten-Bell, down to all tokens alike). */
function fixedOrderNats(tokens: readonly number[], order: number): number {
  const tables = Array.from({ length: order + 1 }, () => new Map<string, Map<number, number>>());
  let nats = 0;
  tokens.forEach((token, at) => {
    let share = 1 / SIZE;
    for (const [length, table] of tables.entries()) {
      const context = tokens.slice(Math.max(0, at - length), at).join();
      const counts = table.get(context) ?? new Map<number, number>();
      let heard = 0;
      for (const count of counts.values()) heard += count;
      if (heard > 0) share = ((counts.get(token) ?? 0) + counts.size * share) / (heard + counts.size);
      table.set(context, counts.set(token, (counts.get(token) ?? 0) + 1));
    }
    nats -= Math.log(share);
  });
  return nats;
}

describeWith('the corpora (CONTINUO_DATA)', 'the continuator on held-out performances of ASAP', (data) => {
  it('needs at least a nat a token less than order 0 and order 2, on every piece fewer than both', () => {
    const folder = join(data, 'performance', 'asap');
    const rows = readFileSync(join(folder, 'splits.csv'), 'utf8').trim().split('\n').slice(1);
    const files = rows.filter((row) => row.trim().endsWith(',valid')).map((row) => row.split(',')[0]!);
    const sample = files.filter((_, at) => at % Math.ceil(files.length / 4) === 0);
    const total = { continuator: 0, order0: 0, order2: 0, tokens: 0 };
    for (const file of sample) {
      const piece = toPerformance(readMidi(readFileSync(join(folder, file))));
      const tokens = codec.encode(piece).tokens.slice(0, TOKENS);
      const nats = [continuatorNats(tokens), fixedOrderNats(tokens, 0), fixedOrderNats(tokens, 2)] as const;
      expect(nats[0], file).toBeLessThan(Math.min(nats[1], nats[2]));
      total.continuator += nats[0];
      total.order0 += nats[1];
      total.order2 += nats[2];
      total.tokens += tokens.length;
    }
    const a = (nats: number) => nats / total.tokens;
    expect(a(total.continuator)).toBeLessThan(a(Math.min(total.order0, total.order2)) - 1);
  });
});
