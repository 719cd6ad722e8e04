/**
 * Evaluating models as a Node library: `continuo/evaluation`. {@link measureModel} does what `continuo evaluate` does, and
 * {@link STUDIES} are what `continuo evaluate NAME` runs, without a terminal; {@link compareCells} does what `continuo compare cells` does,
 * {@link inspectPiece} what `continuo inspect` does.
 */
export { ContinuoError } from '../errors.js';
export type { HeldOut } from '../training/fit/held-out.js';
export { type CompareHooks, compareCells } from './cells/compare-cells.js';
export { cellsPage } from './cells/page.js';
export type { CellsOptions } from './cells/plan.js';
export type { CellComparison, CellResult } from './cells/result.js';
export type { Baseline } from './held-out/baseline.js';
export type { Listening } from './held-out/listening.js';
export { type MeasureOptions, type ModelCosts, measureModel } from './held-out/measure-model.js';
export { inspectPiece } from './inspect/inspect-piece.js';
export type { InspectedPiece, Inspection } from './inspect/inspection.js';
export type { InspectOptions } from './inspect/options.js';
export { inspectionPage } from './inspect/page.js';
export { COMPARISONS, STUDIES } from './studies.js';
export type { Findings, Shown, Study, StudyContext, StudyOption, StudyOptions } from './study.js';
