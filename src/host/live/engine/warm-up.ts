import { continuePerformance } from '../../../performer/continuation.js';
import type { Performer } from '../../../performer/performer.js';
import { defaultValues } from '../../../plugin/params.js';

/**
 * Plays a few seconds without an output, so that the JIT compiles the code before the first reply: a first pass through codec,
 * kernel, sampler and session takes many times as long as later ones.
 */
export function warmUp(performer: Performer): void {
  const notes = [60, 64, 67, 72].map((pitch, index) => ({
    pitch,
    velocity: 64,
    start: index / 8,
    end: index / 8 + 0.1,
  }));
  const params = defaultValues(performer.descriptor.params);
  continuePerformance(performer, { notes, pedal: [] }, { seconds: 4, params });
}
