import type { Seconds } from '../../music/units.js';

/** For how long this process has computed so far, on all its threads. */
export function processorTime(): Seconds {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
