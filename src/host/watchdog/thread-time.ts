import { readFileSync, readlinkSync } from 'node:fs';
import type { Seconds } from '../../music/units.js';
import { processorTime } from './processor-time.js';

/** CPU use of a thread. */
export interface ThreadTimes {
  /** CPU time so far. */
  readonly computed: Seconds;
  /** Whether it runs or waits for a processor; null: not known here. */
  readonly runnable: boolean | null;
}

/** The system's id of the calling thread; null except on Linux. */
export function ownThread(): number | null {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))![0]);
  } catch {
    return null;
  }
}

/**
 * Returns a function that measures a thread of this process. Outside Linux the time of all other threads stands in for the
 * thread's; Node before 23.9 includes the calling thread.
 */
export function threadTimes(thread: number | null): () => ThreadTimes {
  if (thread === null) return otherThreads;
  const folder = `/proc/self/task/${thread}`;
  return () => {
    try {
      // The name in brackets may contain spaces; the fields after it do not.
      const [state, ...numbers] = readFileSync(`${folder}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      const nanoseconds = Number(readFileSync(`${folder}/schedstat`, 'latin1').split(' ')[0]);
      const ticks = Number(numbers[10]) + Number(numbers[11]);
      // Some systems do not maintain the first figure; the other has a resolution of 10 ms.
      return { computed: Math.max(nanoseconds / 1e9, ticks / 100), runnable: state === 'R' };
    } catch {
      return otherThreads();
    }
  };
}

function otherThreads(): ThreadTimes {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const own = threadCpuUsage?.();
  return { computed: processorTime() - (own ? (own.user + own.system) / 1e6 : 0), runnable: null };
}
