import type { TuneSettings } from '../compose/tune-options.js';

/** What is asked for where nothing is said. Spelt out, so that a test sees when a default changes. */
export const unsaid = {
  form: 'AABB',
  bars: 8,
  range: 'session',
  temperature: 0.8,
  topP: 1,
  bestOf: 32,
  novel: false,
} as const satisfies TuneSettings;
