/** Training as a Node library: `continuo/training`. {@link train} does what `continuo train` does, without a terminal. */
export { ContinuoError } from '../../errors.js';
export type { CardFacts } from '../fit/card.js';
export type { FitPoint, FitProgress, FitResult } from '../fit/fit.js';
export type { FitSettings } from '../fit/settings.js';
export type { MaterialChoice } from './material-of.js';
export type { TrainingHooks } from './run-training.js';
export type { NetworkChoice } from './settings-for.js';
export { type TrainOptions, train } from './train-model.js';
