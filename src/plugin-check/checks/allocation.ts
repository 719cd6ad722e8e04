import { type Finding, passed, skipped, Violation } from '../result.js';
import type { Subject } from '../subject.js';
import { Walk } from '../walk.js';

const WARM_UP = 500;
const STEPS = 2000;
/** How often the heap is measured; garbage that is collected in between goes unseen. */
const LOOK = 20;
/** Bytes a step. Kept: at thirty tokens a second, a gigabyte an hour, or a tenth of that. Passing: so much makes collections long. */
const BOUNDS = { kept: { warn: 1_000, fail: 10_000 }, passing: { warn: 64_000, fail: 1_000_000 } };

/** Measures what a step allocates, and how much of it stays. */
export function checkAllocation({ live, seed, sign }: Subject): Finding {
  if (!live) return skipped('The plugin does not play live.');
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Violation('The check needs node --expose-gc.');
  const walk = new Walk(live(seed));
  const run = (steps: number) => {
    let passing = 0;
    for (let step = 0; step < steps; step += LOOK) {
      sign();
      const before = process.memoryUsage().heapUsed;
      for (let count = 0; count < LOOK; count++) walk.step();
      passing += Math.max(0, process.memoryUsage().heapUsed - before);
    }
    return Math.round(passing / steps);
  };
  const held = () => {
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  run(WARM_UP);
  const before = held();
  const passing = run(STEPS);
  const kept = Math.max(0, Math.round((held() - before) / STEPS));
  const figures = { 'bytes a step': passing, 'bytes kept a step': kept };
  const took = `A step allocates ${passing} bytes, of which ${kept} stay`;
  if (kept > BOUNDS.kept.fail || passing > BOUNDS.passing.fail)
    return { outcome: 'failed', message: `${took}: ${why(kept)}.`, figures };
  if (kept > BOUNDS.kept.warn || passing > BOUNDS.passing.warn)
    return { outcome: 'warned', message: `${took}: ${why(kept)}.`, figures };
  return passed(`${took}.`, figures);
}

const why = (kept: number): string =>
  kept > BOUNDS.kept.warn
    ? `an hour of thirty tokens a second would keep ${Math.round((kept * 108_000) / 1e6)} MB`
    : 'collecting that takes time that notes wait for';
