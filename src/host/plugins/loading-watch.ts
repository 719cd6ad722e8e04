import { ContinuoError } from '../../errors.js';
import type { Seconds } from '../../music/units.js';
import { monotonic } from '../live/clock.js';
import type { ThreadTimes } from '../watchdog/thread-time.js';

/** Loading hangs after LOADING seconds if its thread has computed for COMPUTED seconds of them; a machine may be slow. */
const LOADING: Seconds = 3;
const COMPUTED: Seconds = 2;
/** Loading that only waits hangs after this long. */
const LONGEST: Seconds = 20;
const LOOK_MS = 200;

/**
 * Watches code of a plugin that begins to load now, and calls `hung` if it does not finish. Returns a function that stops the
 * watch.
 */
export function watchLoading(
  plugin: string,
  times: () => ThreadTimes,
  hung: (error: ContinuoError) => void,
): () => void {
  const began = monotonic();
  const { computed } = times();
  const timer = setInterval(() => {
    const seconds = monotonic() - began;
    const busy = seconds >= LOADING && times().computed - computed >= COMPUTED;
    if (!busy && seconds < LONGEST) return;
    clearInterval(timer);
    hung(
      new ContinuoError(
        'PLUGIN_HUNG',
        `The code of the plugin ${plugin} was not ready after ${seconds.toFixed(0)} s: it does not end, or waits for something.`,
        'What a module does when it is loaded should be over at once: its author can mend it.',
      ),
    );
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
