import type { StreamParams } from './codec.js';

/** The value of a number parameter; `fallback` where the plugin does not declare it. */
export function numberParam(params: StreamParams, id: string, fallback: number): number {
  const value = params[id];
  return typeof value === 'number' ? value : fallback;
}
