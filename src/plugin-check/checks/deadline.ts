import { type Finding, passed, skipped } from '../result.js';
import type { Subject } from '../subject.js';
import { Walk } from '../walk.js';

/** Steps that are measured, and steps before them that warm the code up. */
const STEPS = 300;
const WARM_UP = 100;
/** In milliseconds. Dense playing is a hundred tokens a second, and a session plans four at a time while notes that are due wait. */
const WARN = 2;
const FAIL = 10;

/** A step takes little enough time. The median counts, because any machine stalls now and then. */
export function checkDeadline({ live, seed, sign }: Subject): Finding {
  if (!live) return skipped('The plugin does not play live.');
  const walk = new Walk(live(seed));
  const times: number[] = [];
  for (let step = 0; step < WARM_UP + STEPS; step++) {
    sign();
    const began = performance.now();
    walk.step();
    if (step >= WARM_UP) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Number(times[Math.floor(share * (times.length - 1))]!.toFixed(3));
  const figures = { 'median ms': at(0.5), 'p99 ms': at(0.99) };
  const took = `A step takes ${at(0.5)} ms in the median, ${at(0.99)} ms in one of a hundred`;
  if (at(0.5) > FAIL)
    return {
      outcome: 'failed',
      message: `${took}; more than ${FAIL} ms does not keep up with dense music.`,
      figures,
    };
  if (at(0.5) > WARN)
    return {
      outcome: 'warned',
      message: `${took}; more than ${WARN} ms makes notes wait that are due.`,
      figures,
    };
  return passed(`${took}.`, figures);
}
