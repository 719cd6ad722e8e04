import type { Seconds } from '../../music/units.js';

/** CPU time of this process so far, over all its threads. */
export function processorTime(): Seconds {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
