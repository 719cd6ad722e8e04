import type { Study } from './study.js';

/** The studies by name, in help order; each is loaded lazily. */
export const STUDIES: Readonly<Record<string, () => Promise<Study>>> = {
  bars: () => import('./beats/study.js').then(({ bars }) => bars),
  ensemble: () => import('./ensemble/study.js').then(({ ensemble }) => ensemble),
  folk: () => import('./folk/study.js').then(({ folk }) => folk),
  piano: () => import('./piano/study.js').then(({ piano }) => piano),
};

/** Studies that train networks to compare them: `continuo compare NAME`. */
export const COMPARISONS: Readonly<Record<string, () => Promise<Study>>> = {
  cells: () => import('./cells/study.js').then(({ cells }) => cells),
};

/** Studies that fit something to a data set: `continuo dataset NAME`. */
export const FITTING_STUDIES: Readonly<Record<string, () => Promise<Study>>> = {
  odds: () => import('./folk/odds-study.js').then(({ odds }) => odds),
};
