import { ContinuoError } from '../errors.js';
import type { PerformanceEvent } from '../music/note.js';

/**
 * Refuses an event that no MIDI output could play: a codec may be a plugin's, so its stream is not trusted.
 * Throws PLUGIN_FAILED for a time that is not finite, a pitch outside 0 to 127, a velocity outside 1 to 127.
 */
export function checkStreamEvent(event: PerformanceEvent): void {
  if (!Number.isFinite(event.time)) throw streamFailure(`made something happen at ${event.time} s`);
  if (event.type === 'pedal') return;
  if (!isMidi(event.pitch, 0)) throw streamFailure(`played the pitch ${event.pitch}; a pitch is 0 to 127`);
  if (event.type === 'noteOn' && !isMidi(event.velocity, 1))
    throw streamFailure(`played a note with velocity ${event.velocity}; a velocity is 1 to 127`);
}

/** Refuses a head that is no time. Throws PLUGIN_FAILED. */
export function checkHead(head: number): void {
  if (!Number.isFinite(head)) throw streamFailure(`moved its head to ${head} s`);
}

const isMidi = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= 127;

function streamFailure(what: string): ContinuoError {
  return new ContinuoError(
    'PLUGIN_FAILED',
    `The codec's stream ${what}.`,
    'The author of the plugin can mend it.',
  );
}
