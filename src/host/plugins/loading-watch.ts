import { ContinuoError } from '../../errors.js';
import type { Seconds } from '../../music/units.js';
import { monotonic } from '../live/clock.js';
import type { ThreadTimes } from '../watchdog/thread-time.js';

/** Code that loads is over by then, where its thread has computed for so long meanwhile; a machine may be slow. */
const LOADING: Seconds = 3;
const COMPUTED: Seconds = 2;
/** Whatever it waits for, it waits no longer. */
const LONGEST: Seconds = 20;
const LOOK_MS = 200;

/** Calls `hung` where the code of a plugin, which begins to load now, does not come to an end. Returns how to end the watch. */
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
