import { readFileSync, readlinkSync } from 'node:fs';
import type { Seconds } from '../../music/units.js';
import { processorTime } from './processor-time.js';

/** What a thread does. */
export interface ThreadTimes {
  /** For how long it has computed so far. */
  readonly computed: Seconds;
  /** It computes, or would if the system gave it a processor; null: not known here. */
  readonly runnable: boolean | null;
}

/** The system's number of the thread that calls this; null where the system does not say, which only Linux does. */
export function ownThread(): number | null {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))![0]);
  } catch {
    return null;
  }
}

/**
 * How to look at what a thread of this process does. Elsewhere than on Linux the time of all other threads stands for that of the
 * thread; a Node before 23.9 counts the looking thread among them.
 */
export function threadTimes(thread: number | null): () => ThreadTimes {
  if (thread === null) return otherThreads;
  const folder = `/proc/self/task/${thread}`;
  return () => {
    try {
      // The name in brackets may have spaces; what follows has none.
      const [state, ...numbers] = readFileSync(`${folder}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      const nanoseconds = Number(readFileSync(`${folder}/schedstat`, 'latin1').split(' ')[0]);
      const ticks = Number(numbers[10]) + Number(numbers[11]);
      // Some systems do not count the first, and the other is rounded to hundredths of a second.
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
